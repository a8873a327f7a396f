// Shows every channel of the selected tensor on one colour scale, and one of them enlarged.
#pragma once

#include "models/statistics.h"
#include "pages/page.h"
#include "widgets/feature_grid.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QLabel>
#include <QSlider>

namespace reslens::widgets {
class ColourLegend;
}

namespace reslens::pages {

class ChannelPanel;

class FeatureMapsPage : public Page {
    Q_OBJECT

public:
    FeatureMapsPage(const PageContext &context, QWidget *parent);
    static PageEntry entry();

    QString exportName() const override;
    std::vector<models::Table> tables() const override;
    std::vector<NamedTensor> tensors() const override;
    std::vector<Export> moreExports() override;

protected:
    void refresh() override;
    void dropAnswers() override { m_tensor.reset(); }
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void changeEvent(QEvent *event) override; // the automatic diverging map follows light and dark

private:
    QWidget *makeTapRow();
    QWidget *makeToolRow();
    QWidget *makeReadoutRow();
    void rebuildTaps();
    void showTensor();
    void showMaps();
    void askRelevance();
    void showHovered(const std::optional<widgets::PixelAt> &pixel);
    void showScale(int channel);
    void selectChannel(int channel);
    bool isSigned() const;
    QString nameOfTap() const;
    const widgets::ColourMap &colourMap() const;

    std::shared_ptr<const Tensor> m_tensor;
    bool m_isSigned = false; // describes m_tensor, which may be older than the selected tap
    QString m_name;          // m_tensor's
    std::vector<models::ChannelStatistics> m_statistics;
    std::vector<double> m_relevance; // per channel of m_tensor; empty until it is known
    std::vector<widgets::ValueRange> m_ranges;

    QWidget *m_tapRow = nullptr;
    QButtonGroup *m_tapButtons = nullptr;
    QComboBox *m_order = nullptr;
    QComboBox *m_map = nullptr;
    QComboBox *m_range = nullptr;
    QSlider *m_tileSide = nullptr;
    QLabel *m_meaning = nullptr;
    QLabel *m_readout = nullptr;
    widgets::ColourLegend *m_scale = nullptr;
    widgets::FeatureGrid *m_grid = nullptr;
    ChannelPanel *m_channelPanel = nullptr;
};

} // namespace reslens::pages
