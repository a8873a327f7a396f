#include "pages/ledger/block_map_panel.h"

#include "widgets/colour_legend.h"
#include "widgets/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QVBoxLayout>

#include <algorithm>

namespace reslens::pages {

namespace {

constexpr int kOpacityPercent = 65;
constexpr int kMapStretch = 1000; // takes all the height before the space at the bottom does

} // namespace

BlockMapPanel::BlockMapPanel(QWidget *parent)
    : QWidget(parent), m_title(new QLabel(this)), m_readout(new QLabel(this)),
      m_view(new widgets::MapView(widgets::MapView::Mark::Cell, this)), m_scale(new widgets::ColourLegend(this)),
      m_overlay(new QToolButton(this)), m_opacity(new QSlider(Qt::Horizontal))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(8, 0, 0, 0);
    column->setSpacing(4);
    QFont strong = font();
    strong.setBold(true);
    m_title->setFont(strong);
    m_title->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_readout->setObjectName("muted");
    m_readout->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_view->setAccessibleName(tr("Map of the selected part"));
    m_view->setToolTip(tr("What the block writes at each place; their sum is its bar. Click or use the arrow keys to "
                          "select a place"));
    m_scale->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    column->addWidget(m_title);
    column->addWidget(m_view, kMapStretch);
    column->addWidget(m_scale);
    column->addWidget(m_readout);
    column->addWidget(makeOverlayRow());
    column->addStretch(1);
    connect(m_view, &widgets::MapView::hovered, this, &BlockMapPanel::point);
}

QWidget *BlockMapPanel::makeOverlayRow()
{
    auto *tools = new QWidget(this);
    auto *row = new QHBoxLayout(tools);
    row->setContentsMargins(0, 0, 0, 0);
    m_overlay->setText(tr("&Overlay"));
    m_overlay->setObjectName("toggle");
    m_overlay->setCheckable(true);
    m_overlay->setChecked(true);
    m_overlay->setToolTip(tr("Lay this map over the picture (O)"));
    m_overlay->setShortcut(Qt::Key_O);
    m_opacity->setRange(0, 100);
    m_opacity->setValue(kOpacityPercent);
    m_opacity->setAccessibleName(tr("Overlay opacity"));
    m_opacity->setToolTip(tr("Opacity of the overlay"));
    row->addWidget(m_overlay);
    row->addWidget(m_opacity, 1);
    connect(m_overlay, &QToolButton::toggled, m_opacity, &QWidget::setEnabled);
    connect(m_overlay, &QToolButton::toggled, this, &BlockMapPanel::overlayChanged);
    connect(m_opacity, &QSlider::valueChanged, this, &BlockMapPanel::overlayChanged);
    return tools;
}

const widgets::ColourMap &BlockMapPanel::colours() const
{
    return widgets::themeOf(palette()).isDark ? widgets::divergingDarkMap() : widgets::divergingLightMap();
}

void BlockMapPanel::setMap(const BlockMap &shown)
{
    m_shown = shown;
    m_title->setText(shown.title);
    if (shown.map) {
        const auto [smallest, largest] = std::ranges::minmax(shown.map->values);
        m_range = widgets::rangeFor(smallest, largest, true);
    }
    m_scale->setVisible(shown.map != nullptr);
    paintMap();
    point(std::nullopt);
}

void BlockMapPanel::setPlaceholder(const QString &text)
{
    m_view->setPlaceholder(text);
}

void BlockMapPanel::paintMap()
{
    m_view->setMap(m_shown.map, 0, m_range, colours());
    m_scale->setScale(colours(), m_range, false);
}

void BlockMapPanel::setMark(std::optional<QPointF> fraction)
{
    m_view->setMark(fraction);
    point(std::nullopt);
}

void BlockMapPanel::point(const std::optional<widgets::PixelAt> &place)
{
    const auto at = place ? m_view->pixelOf(place->fraction) : m_view->markedPixel();
    m_scale->setMark(at ? std::optional(at->value) : std::nullopt);
    if (at)
        m_readout->setText(widgets::placeText(*at));
    else
        m_readout->setText(
            m_shown.map ? tr("%1 × %2 places; they sum to the bar").arg(m_shown.map->shape.h).arg(m_shown.map->shape.w)
                        : QString());
}

QImage BlockMapPanel::image() const
{
    return m_shown.map ? widgets::overlayImage(*m_shown.map, 0, m_range, colours()) : QImage();
}

void BlockMapPanel::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_opacity) {
        paintMap();
        emit overlayChanged();
    }
}

} // namespace reslens::pages
