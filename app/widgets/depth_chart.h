// A chart over a network's depth. Qt Charts draws axes, grid, curves and legend. The theme's colours follow light and
// dark. The mouse shows the values and their places.
#pragma once

#include "widgets/plot.h"

#include <QChartView>

class QAbstractAxis;
class QGraphicsRectItem;
class QLineSeries;

namespace reslens::widgets {

class BarItem;

class DepthChart : public QChartView {
    Q_OBJECT

public:
    explicit DepthChart(QWidget *parent = nullptr);

    void setPlot(Plot plot);
    const Plot &plot() const { return m_plot; }
    /// Shown if the plot has neither curves nor bars.
    void setPlaceholder(const QString &text);
    const QString &placeholder() const { return m_placeholder; }
    /// Marks the selected place on the x axis and the one hovered in another view; std::nullopt: none.
    void setMarks(std::optional<double> current, std::optional<double> hovered);
    std::optional<double> currentMark() const { return m_currentX; }

    /// Returns the place of a value in viewport coordinates.
    QPointF positionOf(QPointF value) const;

    QSize minimumSizeHint() const override { return {180, 110}; }
    QSize sizeHint() const override { return {420, 220}; }

signals:
    /// `x` of the nearest point or bar; std::nullopt when the mouse leaves.
    void hovered(std::optional<double> x);
    void clicked(double x); // or chosen by the keyboard

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override; // Left and Right go to the next place
    void leaveEvent(QEvent *event) override;

private:
    bool isEmpty() const { return m_plot.curves.empty() && m_plot.bars.empty(); }
    void rebuild();
    void fillAxes();
    void fillCurves();
    void placeItems();
    void applyTheme();
    std::optional<double> nearestX(QPointF viewportPoint) const;
    QString textAt(double x, QPointF viewportPoint) const;

    Plot m_plot;
    QString m_placeholder;
    std::vector<QLineSeries *> m_curves; // owned by the chart, like the next
    QLineSeries *m_anchor = nullptr;     // has no points: ties the bars to the axes
    QAbstractAxis *m_x = nullptr, *m_y = nullptr;
    BarItem *m_bars = nullptr;
    QGraphicsRectItem *m_current, *m_hovered;
    std::optional<double> m_currentX, m_hoveredX;
};

} // namespace reslens::widgets
