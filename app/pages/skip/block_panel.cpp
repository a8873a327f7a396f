#include "pages/skip/block_panel.h"

#include "pages/skip/block_plots.h"
#include "widgets/colour_legend.h"
#include "widgets/controls.h"
#include "widgets/depth_chart.h"
#include "widgets/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace reslens::pages {

namespace {

constexpr int kRoomyLines = 24; // lines of text; from this height on, the maps are above a chart

QLabel *readout(QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setObjectName("muted");
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed); // a long text must not widen the page
    return label;
}

float largestOf(const analysis::BlockMaps &maps)
{
    float largest = 0;
    for (const Tensor *map : {&maps.s, &maps.F, &maps.u})
        for (const float value : map->values)
            if (std::isfinite(value))
                largest = std::max(largest, value);
    return largest;
}

} // namespace

BlockPanel::BlockPanel(QWidget *parent)
    : QWidget(parent), m_groupsChart(new widgets::DepthChart(this)),
      m_parts(new widgets::SegmentBar(tr("Shown of the block"), this)), m_mapsPart(makeMapsPart()),
      m_channelsPart(makeChannelsPart())
{
    m_parts->addSegment(tr("Maps"), tr("Where in the picture: √Σ_c of the squares at every pixel, on one scale"));
    m_parts->addSegment(tr("Channels"), tr("σ_F within every channel: passed on, mixed, or overwritten"));
    m_parts->addSegment(tr("Groups"), tr("ResNeXt: what each of the branch's paths adds to F"));
    m_groupsChart->setAccessibleName(tr("Groups of the block"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(6, 0, 0, 0);
    column->setSpacing(4);
    auto *head = new QHBoxLayout;
    head->addWidget(m_parts);
    head->addStretch(1);
    m_scale = new widgets::ColourLegend(this);
    head->addWidget(m_scale);
    column->addLayout(head);
    column->addWidget(m_mapsPart, 1);
    column->addWidget(m_channelsPart, 1);
    column->addWidget(m_groupsChart, 1);
    connect(m_parts, &widgets::SegmentBar::changed, this, [this] {
        arrange();
        emit partChanged();
    });
    arrange();
}

QWidget *BlockPanel::makeMapsPart()
{
    auto *part = new QWidget(this);
    auto *column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    m_strip = new widgets::MapStrip(part);
    m_strip->setToolTip(tr("Point at a pixel to read it in all three; click to select it everywhere. Arrow keys move "
                           "the selected pixel."));
    m_mapReadout = readout(part);
    column->addWidget(m_strip, 1);
    column->addWidget(m_mapReadout);
    connect(m_strip, &widgets::MapStrip::hovered, this, [this](const std::optional<widgets::PixelAt> &at) {
        showReadout(at);
        m_scale->setMark(at ? std::optional(at->value) : std::nullopt);
    });
    connect(m_strip, &widgets::MapStrip::picked, this,
            [this](const widgets::PixelAt &at) { emit pixelPicked(at.fraction); });
    return part;
}

QWidget *BlockPanel::makeChannelsPart()
{
    auto *part = new QWidget(this);
    auto *column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    m_channels = new widgets::DepthChart(part);
    m_channels->setAccessibleName(tr("Branch share of every channel"));
    m_channelReadout = readout(part);
    column->addWidget(m_channels, 1);
    column->addWidget(m_channelReadout);
    connect(m_channels, &widgets::DepthChart::clicked, this, [this](double rank) {
        const auto index = std::size_t(std::lround(rank));
        if (index < m_order.size())
            emit channelPicked(m_order[index]);
    });
    return part;
}

bool BlockPanel::showsGroups() const
{
    return m_hasGroups && m_groupsChart->isVisibleTo(this);
}

void BlockPanel::arrange()
{
    const bool isRoomy = height() >= kRoomyLines * fontMetrics().height();
    const int part = m_parts->current();
    m_parts->setSegmentVisible(Maps, !isRoomy);
    m_parts->setSegmentVisible(Groups, m_hasGroups);
    m_mapsPart->setVisible(isRoomy || part == Maps);
    m_groupsChart->setVisible(part == Groups && m_hasGroups);
    m_channelsPart->setVisible(part == Channels || (isRoomy && m_groupsChart->isHidden()));
    m_parts->setVisible(!isRoomy || m_hasGroups);
    m_scale->setVisible(m_maps && !m_mapsPart->isHidden());
    const int wanted = m_strip->heightForWidth(width()) + m_mapReadout->sizeHint().height() + 4;
    m_mapsPart->setMaximumHeight(isRoomy ? wanted : QWIDGETSIZE_MAX);
}

void BlockPanel::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    const bool showedMaps = showsMaps();
    arrange();
    if (showsMaps() != showedMaps)
        emit partChanged();
}

void BlockPanel::setBlock(const analysis::BlockContribution *block, const QString &why)
{
    m_block = block ? std::optional(*block) : std::nullopt;
    m_strip->setPlaceholder(why);
    m_channels->setPlaceholder(why);
    m_groupsChart->setPlaceholder(why);
    showChannels();
}

void BlockPanel::setMaps(std::shared_ptr<const analysis::BlockMaps> maps)
{
    m_maps = std::move(maps);
    showMaps();
}

void BlockPanel::setGroups(std::shared_ptr<const analysis::GroupContributions> groups)
{
    m_groups = std::move(groups);
    showGroups();
}

void BlockPanel::setHasGroups(bool hasGroups)
{
    if (hasGroups == m_hasGroups)
        return;
    m_hasGroups = hasGroups;
    if (!hasGroups && m_parts->current() == Groups)
        m_parts->setCurrent(Maps);
    arrange();
}

void BlockPanel::setPixel(std::optional<QPointF> pixel)
{
    m_strip->setMark(pixel);
    showReadout(std::nullopt);
}

void BlockPanel::setChannel(int channel)
{
    m_channel = channel;
    const auto found = std::ranges::find(m_order, channel);
    const bool isShown = m_block && found != m_order.end();
    m_channels->setMarks(isShown ? std::optional(double(found - m_order.begin())) : std::nullopt, std::nullopt);
    m_channelReadout->setText(isShown ? channelText(*m_block, channel) : QString());
    m_channelReadout->setToolTip(m_channelReadout->text());
}

void BlockPanel::showMaps()
{
    const widgets::Theme &theme = widgets::themeOf(palette());
    std::vector<widgets::StripMap> maps;
    widgets::ValueRange range{0, 1};
    if (m_maps) {
        range = {0, largestOf(*m_maps)};
        const std::tuple<const char *, QColor, const Tensor *> parts[] = {
            {"s", theme.skip, &m_maps->s}, {"F", theme.branch, &m_maps->F}, {"u", theme.text, &m_maps->u}};
        for (const auto &[name, colour, map] : parts)
            if (!map->values.empty()) // a plain block has no s
                maps.push_back({name, colour, std::shared_ptr<const Tensor>(m_maps, map)});
    }
    m_strip->setMaps(std::move(maps), range, widgets::duskMap());
    m_scale->setScale(widgets::duskMap(), range, false);
    arrange();
    showReadout(std::nullopt);
}

void BlockPanel::showChannels()
{
    m_order = m_block && m_block->hasShortcut ? byBranchShare(*m_block) : std::vector<int>();
    m_channels->setPlot(m_order.empty() ? widgets::Plot()
                                        : channelsPlot(*m_block, m_order, widgets::themeOf(palette())));
    setChannel(m_channel);
}

void BlockPanel::showGroups()
{
    m_groupsChart->setPlot(m_groups ? groupsPlot(*m_groups, widgets::themeOf(palette())) : widgets::Plot());
}

void BlockPanel::showReadout(const std::optional<widgets::PixelAt> &at)
{
    const std::optional<widgets::PixelAt> shown = at ? at : m_strip->markedPixel();
    m_mapReadout->setText(shown    ? m_strip->textOf(*shown)
                          : m_maps ? tr("√Σ_c of squares per pixel · point to read, click to select")
                                   : QString());
    m_mapReadout->setToolTip(m_mapReadout->text());
}

void BlockPanel::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() != QEvent::PaletteChange)
        return;
    showMaps();
    showChannels();
    showGroups();
}

} // namespace reslens::pages
