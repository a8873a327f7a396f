// The selected block on the skip page: its maps over the picture, its channels, and its groups.
#pragma once

#include "analysis/groups.h"
#include "analysis/skip.h"
#include "widgets/map_strip.h"

#include <QLabel>
#include <QWidget>

#include <memory>
#include <optional>

namespace reslens::widgets {
class DepthChart;
class ColourLegend;
class SegmentBar;
} // namespace reslens::widgets

namespace reslens::pages {

class BlockPanel : public QWidget {
    Q_OBJECT

public:
    explicit BlockPanel(QWidget *parent);

    /// `block` is null if there is nothing to show; `why` says the reason.
    void setBlock(const analysis::BlockContribution *block, const QString &why);
    void setMaps(std::shared_ptr<const analysis::BlockMaps> maps);
    void setGroups(std::shared_ptr<const analysis::GroupContributions> groups);
    void setHasGroups(bool hasGroups);
    void setChannel(int channel);
    void setPixel(std::optional<QPointF> pixel);

    bool showsMaps() const { return m_mapsPart->isVisibleTo(this); }
    bool showsGroups() const;

signals:
    void partChanged(); // another part is shown, and may need a question
    void channelPicked(int channel);
    void pixelPicked(QPointF fraction);

protected:
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    enum Part { Maps, Channels, Groups };

    QWidget *makeMapsPart();
    QWidget *makeChannelsPart();
    void arrange();
    void showMaps();
    void showChannels();
    void showGroups();
    void showReadout(const std::optional<widgets::PixelAt> &at);

    std::optional<analysis::BlockContribution> m_block;
    std::shared_ptr<const analysis::BlockMaps> m_maps;
    std::shared_ptr<const analysis::GroupContributions> m_groups;
    std::vector<int> m_order; // channel numbers in the order drawn
    int m_channel = 0;
    bool m_hasGroups = false;

    widgets::MapStrip *m_strip = nullptr;
    widgets::ColourLegend *m_scale = nullptr;
    widgets::DepthChart *m_channels = nullptr, *m_groupsChart = nullptr;
    QLabel *m_mapReadout = nullptr, *m_channelReadout = nullptr;
    widgets::SegmentBar *m_parts;
    QWidget *m_mapsPart, *m_channelsPart; // after their contents
};

} // namespace reslens::pages
