// Shows one tensor of the checkpoint: its histogram, and its values as filters, kernels, a matrix or a curve.
#pragma once

#include "pages/parameters/parameter_entries.h"
#include "widgets/feature_grid.h"

#include <QLabel>
#include <QSpinBox>
#include <QToolButton>

class QStackedWidget;

namespace reslens::widgets {
class DepthChart;
class ElidedLabel;
class HistogramView;
class PictureTiles;
class MapView;
class ColourLegend;
} // namespace reslens::widgets

namespace reslens::pages {

class ParameterPanel : public QWidget {
    Q_OBJECT

public:
    explicit ParameterPanel(QWidget *parent);

    /// Null if nothing is selected.
    void setDetail(std::shared_ptr<const ParameterDetail> detail);
    const ParameterDetail *detail() const { return m_detail.get(); }

protected:
    void changeEvent(QEvent *event) override; // the diverging map follows light and dark

private:
    QWidget *makeHeader();
    QWidget *makeFooter();
    void showTensor();
    void showVector();
    void showFilters();
    void showKernels(int k);
    void showMatrix();
    void showScale(const widgets::ValueRange &range, bool saturates);
    void showKernelValue(const std::optional<widgets::PixelAt> &pixel);
    void showMatrixValue(const std::optional<widgets::PixelAt> &pixel);
    const widgets::ColourMap &colourMap() const;

    std::shared_ptr<const ParameterDetail> m_detail;
    widgets::ElidedLabel *m_title; // the whole name is in the table and in the tool tip
    QLabel *m_note;
    QToolButton *m_asPictures;
    QSpinBox *m_channel;
    widgets::HistogramView *m_histogram;
    QStackedWidget *m_stack;
    widgets::DepthChart *m_chart;
    widgets::PictureTiles *m_tiles;
    widgets::FeatureGrid *m_grid;
    widgets::MapView *m_plane;
    widgets::ColourLegend *m_scale;
    QString m_rule; // explains the picture while no value is under the mouse
};

} // namespace reslens::pages
