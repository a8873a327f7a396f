#include "pages/features/channel_panel.h"

#include "widgets/colour_legend.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace reslens::pages {

namespace {

constexpr int kBins = 48;
constexpr int kOpacityPercent = 60;
constexpr int kPlaneStretch = 1000; // takes all the height before the space at the bottom does

} // namespace

ChannelPanel::ChannelPanel(QWidget *parent)
    : QWidget(parent), m_title(new QLabel(this)), m_plane(new widgets::MapView(widgets::MapView::Mark::Point, this)),
      m_histogram(new widgets::HistogramView(this)), m_overlay(new QToolButton(this)),
      m_opacity(new QSlider(Qt::Horizontal, this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 0, 0, 0);
    column->setSpacing(8);
    QFont strong = font();
    strong.setBold(true);
    m_title->setFont(strong);
    column->addWidget(m_title);
    column->addWidget(m_plane, kPlaneStretch);
    column->addWidget(m_histogram);
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(2);
    addStatistics(grid);
    column->addLayout(grid);
    addOverlayRow(column);
    column->addStretch(1);
}

void ChannelPanel::addStatistics(QGridLayout *grid)
{
    const std::array<QString, 6> names{tr("min"), tr("max"), tr("mean"), tr("std"), tr("norm"), tr("zeros")};
    for (int i = 0; i < int(names.size()); ++i) {
        auto *name = new QLabel(names[i], this);
        name->setObjectName("muted");
        m_values[i] = new QLabel(this);
        m_values[i]->setTextInteractionFlags(Qt::TextSelectableByMouse);
        m_values[i]->setAccessibleName(names[i]);
        grid->addWidget(name, i / 2, i % 2 * 2);
        grid->addWidget(m_values[i], i / 2, i % 2 * 2 + 1);
    }
    grid->setColumnStretch(1, 1);
    grid->setColumnStretch(3, 1);
}

void ChannelPanel::addOverlayRow(QLayout *layout)
{
    auto *row = new QHBoxLayout;
    m_overlay->setText(tr("&Overlay"));
    m_overlay->setObjectName("toggle");
    m_overlay->setCheckable(true);
    m_overlay->setToolTip(tr("Lay this channel over the picture (O)"));
    m_overlay->setShortcut(Qt::Key_O);
    m_opacity->setRange(0, 100);
    m_opacity->setValue(kOpacityPercent);
    m_opacity->setEnabled(false);
    m_opacity->setAccessibleName(tr("Overlay opacity"));
    m_opacity->setToolTip(tr("Opacity of the overlay"));
    row->addWidget(m_overlay);
    row->addWidget(m_opacity, 1);
    layout->addItem(row);
    connect(m_overlay, &QToolButton::toggled, m_opacity, &QWidget::setEnabled);
    connect(m_overlay, &QToolButton::toggled, this, &ChannelPanel::overlayChanged);
    connect(m_opacity, &QSlider::valueChanged, this, &ChannelPanel::overlayChanged);
}

void ChannelPanel::setChannel(const ChannelView &view)
{
    using widgets::valueText;
    m_title->setText(tr("Channel %1").arg(view.channel));
    m_plane->setMap(view.tensor, view.channel, view.range, view.map);
    const models::ChannelStatistics &s = view.statistics;
    m_histogram->setCounts(models::histogram(*view.tensor, view.channel, kBins), {s.minimum, s.maximum});
    m_values[0]->setText(valueText(s.minimum));
    m_values[1]->setText(valueText(s.maximum));
    m_values[2]->setText(valueText(s.mean));
    m_values[3]->setText(valueText(s.deviation));
    m_values[4]->setText(valueText(s.norm));
    m_values[5]->setText(s.isFinite ? QStringLiteral("%1 %").arg(100 * s.zeroShare, 0, 'f', 1) : tr("not all finite"));
}

} // namespace reslens::pages
