#include "pages/parameters/parameter_panel.h"

#include "models/statistics.h"
#include "widgets/colour_legend.h"
#include "widgets/depth_chart.h"
#include "widgets/labels.h"
#include "widgets/map_view.h"
#include "widgets/picture_tiles.h"
#include "widgets/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace reslens::pages {

using widgets::ValueRange;

namespace {

constexpr int kKernelTile = 40;
constexpr double kSaturatedShare = 0.99; // share of a matrix's pixels within its scale

ValueRange symmetric(std::span<const float> values)
{
    float extent = 0;
    for (const float value : values)
        if (std::isfinite(value))
            extent = std::max(extent, std::abs(value));
    return {-extent, extent};
}

} // namespace

ParameterPanel::ParameterPanel(QWidget *parent)
    : QWidget(parent), m_histogram(new widgets::HistogramView(this)), m_stack(new QStackedWidget(this)),
      m_chart(new widgets::DepthChart(m_stack)), m_tiles(new widgets::PictureTiles(m_stack)),
      m_grid(new widgets::FeatureGrid(m_stack)), m_plane(new widgets::MapView(widgets::MapView::Mark::Point, m_stack))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(makeHeader());
    m_histogram->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    m_histogram->setMaximumHeight(2 * m_histogram->sizeHint().height());
    column->addWidget(m_histogram, 1);
    column->addWidget(m_stack, 3);
    column->addWidget(makeFooter());
    m_chart->setAccessibleName(tr("Value of every channel"));
    m_tiles->setAccessibleName(tr("First-layer filters"));
    m_grid->setAccessibleName(tr("Kernel planes"));
    m_plane->setAccessibleName(tr("Matrix of weights"));
    m_grid->setTileSide(kKernelTile);
    for (QWidget *view : std::initializer_list<QWidget *>{m_chart, m_tiles, m_grid, m_plane})
        m_stack->addWidget(view);
    connect(m_tiles, &widgets::PictureTiles::currentChanged, m_channel, &QSpinBox::setValue);
    connect(m_tiles, &widgets::PictureTiles::hovered, this,
            [this](const auto &at) { m_note->setText(at ? tr("filter %1").arg(at->channel) : m_rule); });
    connect(m_grid, &widgets::FeatureGrid::hovered, this, &ParameterPanel::showKernelValue);
    connect(m_plane, &widgets::MapView::hovered, this, &ParameterPanel::showMatrixValue);
}

QWidget *ParameterPanel::makeHeader()
{
    auto *header = new QWidget(this);
    auto *row = new QHBoxLayout(header);
    row->setContentsMargins(0, 0, 0, 0);
    m_title = new widgets::ElidedLabel(header);
    QFont strong = font();
    strong.setBold(true);
    m_title->setFont(strong);
    m_asPictures = new QToolButton(header);
    m_asPictures->setObjectName("toggle");
    m_asPictures->setText(tr("As &pictures"));
    m_asPictures->setCheckable(true);
    m_asPictures->setChecked(true);
    m_asPictures->setToolTip(tr("Every filter as a colour picture, or the three kernels of one filter (Alt+P)"));
    m_channel = new QSpinBox(header);
    m_channel->setPrefix(tr("output "));
    m_channel->setAccessibleName(tr("Output channel"));
    m_channel->setToolTip(tr("Whose kernels are shown: each output channel has one for every input channel"));
    row->addWidget(m_title, 1);
    row->addWidget(m_asPictures);
    row->addWidget(m_channel);
    connect(m_asPictures, &QToolButton::toggled, this, &ParameterPanel::showTensor);
    connect(m_channel, &QSpinBox::valueChanged, this, [this](int k) {
        m_tiles->setCurrent(k);
        showTensor();
    });
    return header;
}

QWidget *ParameterPanel::makeFooter()
{
    auto *footer = new QWidget(this);
    auto *column = new QVBoxLayout(footer);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_note = new QLabel(footer);
    m_note->setObjectName("muted");
    m_note->setWordWrap(true);
    m_note->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_scale = new widgets::ColourLegend(footer);
    column->addWidget(m_note);
    column->addWidget(m_scale, 0, Qt::AlignLeft);
    return footer;
}

const widgets::ColourMap &ParameterPanel::colourMap() const
{
    return widgets::themeOf(palette()).isDark ? widgets::divergingDarkMap() : widgets::divergingLightMap();
}

void ParameterPanel::setDetail(std::shared_ptr<const ParameterDetail> detail)
{
    const bool isOther = !m_detail || !detail || m_detail->entry.name != detail->entry.name;
    m_detail = std::move(detail);
    setVisible(m_detail != nullptr);
    if (!m_detail)
        return;
    const QString name = QString::fromStdString(m_detail->entry.name);
    m_title->setText(name);
    m_title->setToolTip(name);
    const models::ParameterStatistics &s = m_detail->statistics;
    m_histogram->setCounts(m_detail->counts, {float(s.minimum), float(s.maximum)});
    const QSignalBlocker blocker(m_channel);
    m_channel->setRange(0, std::max(0, m_detail->tensor->shape.n - 1));
    m_channel->setSuffix(tr(" of %1").arg(m_detail->tensor->shape.n));
    if (isOther)
        m_channel->setValue(0);
    showTensor();
}

void ParameterPanel::showTensor()
{
    if (!m_detail)
        return;
    const ParameterKind kind = m_detail->entry.kind;
    const bool hasFilters = kind == ParameterKind::Filters;
    m_asPictures->setVisible(hasFilters);
    m_channel->setVisible(kind == ParameterKind::Kernels || (hasFilters && !m_asPictures->isChecked()));
    switch (kind) {
    case ParameterKind::Vector:
        showVector();
        break;
    case ParameterKind::Filters:
        m_asPictures->isChecked() ? showFilters() : showKernels(m_channel->value());
        break;
    case ParameterKind::Kernels:
        showKernels(m_channel->value());
        break;
    case ParameterKind::Matrix:
        showMatrix();
        break;
    }
    m_note->setText(m_rule);
}

void ParameterPanel::showVector()
{
    const std::vector<float> &values = m_detail->tensor->values;
    widgets::Curve curve{{}, widgets::themeOf(palette()).accent, {}, Qt::SolidLine, values.size() <= 64};
    for (std::size_t i = 0; i < values.size(); ++i)
        curve.points.push_back({double(i), double(values[i])});
    widgets::Plot plot;
    plot.curves.push_back(std::move(curve));
    plot.xTitle = tr("channel");
    m_chart->setPlot(std::move(plot));
    m_stack->setCurrentWidget(m_chart);
    m_scale->hide();
    m_rule = tr("One value for each channel; gaps are values that are not finite.");
}

void ParameterPanel::showFilters()
{
    m_tiles->setPictures(m_detail->filters);
    m_tiles->setCurrent(m_channel->value());
    m_stack->setCurrentWidget(m_tiles);
    m_scale->hide();
    m_rule =
        tr("Each filter as a colour picture on its own scale: 0 is middle grey, its largest magnitude full colour.");
}

void ParameterPanel::showKernels(int k)
{
    const auto planes = std::make_shared<const Tensor>(kernelPlanes(*m_detail->tensor, k));
    const ValueRange range = symmetric(planes->values);
    widgets::FeatureMaps maps{planes, std::vector<int>(std::size_t(planes->shape.c)), {}, {}, colourMap()};
    std::iota(maps.order.begin(), maps.order.end(), 0);
    maps.ranges.assign(maps.order.size(), range);
    maps.captions.assign(maps.order.size(), QString());
    m_grid->setMaps(std::move(maps));
    m_stack->setCurrentWidget(m_grid);
    m_rule = tr("Output channel %1: one kernel for each of its %2 input channels, all on one scale.")
                 .arg(k)
                 .arg(planes->shape.c);
    showScale(range, false);
}

void ParameterPanel::showMatrix()
{
    if (!m_detail->matrix)
        return;
    const float within = models::magnitudeQuantile(*m_detail->matrix, kSaturatedShare);
    const bool saturates = within > 0; // a matrix of mostly zeros keeps its largest value
    const ValueRange range = saturates ? ValueRange{-within, within} : symmetric(m_detail->matrix->values);
    m_plane->setMap(m_detail->matrix, 0, range, colourMap());
    m_stack->setCurrentWidget(m_plane);
    m_rule = tr("Rows are outputs, columns inputs.");
    if (m_detail->cell > 1)
        m_rule += tr(" Each pixel is the weight of largest magnitude among %1 × %1.").arg(m_detail->cell);
    showScale(range, saturates);
}

void ParameterPanel::showScale(const ValueRange &range, bool saturates)
{
    m_scale->setScale(colourMap(), range, saturates);
    m_scale->setMark(std::nullopt);
    m_scale->show();
}

void ParameterPanel::showKernelValue(const std::optional<widgets::PixelAt> &pixel)
{
    m_scale->setMark(pixel ? std::optional(pixel->value) : std::nullopt);
    m_note->setText(pixel ? tr("input %1 · row %2 · column %3 · weight %4")
                                .arg(pixel->channel)
                                .arg(pixel->row)
                                .arg(pixel->column)
                                .arg(double(pixel->value), 0, 'g', 6)
                          : m_rule);
}

void ParameterPanel::showMatrixValue(const std::optional<widgets::PixelAt> &pixel)
{
    m_scale->setMark(pixel ? std::optional(pixel->value) : std::nullopt);
    if (!pixel || !m_detail) {
        m_note->setText(m_rule);
        return;
    }
    const int cell = m_detail->cell;
    const auto place = [cell](int index) {
        const int first = index * cell;
        return cell > 1 ? QStringLiteral("%1–%2").arg(first).arg(first + cell - 1) : QString::number(first);
    };
    m_note->setText(tr("output %1 · input %2 · weight %3")
                        .arg(place(pixel->row), place(pixel->column))
                        .arg(double(pixel->value), 0, 'g', 6));
}

void ParameterPanel::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_detail)
        showTensor();
}

} // namespace reslens::pages
