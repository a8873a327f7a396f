// The whole ribbon on one strip, for when it is wider than its viewport: every block as a mark, the visible part as a
// frame that is dragged.
#pragma once

#include "widgets/ribbon_layout.h"

#include <QColor>
#include <QWidget>

namespace reslens::widgets {

class RibbonMinimap : public QWidget {
    Q_OBJECT

public:
    explicit RibbonMinimap(QWidget *parent = nullptr);

    /// `colours` has one entry per cell.
    void setRibbon(const RibbonLayout &layout, std::vector<QColor> colours, int currentCell);
    /// The visible part, in the layout's coordinates.
    void setFrame(double left, double width);

    QRectF frame() const;
    QRectF markOf(int cell) const;

    QSize sizeHint() const override;

signals:
    /// The left edge that the visible part should have.
    void scrollRequested(double left);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;

private:
    QRectF strip(double left, double width) const;

    RibbonLayout m_layout;
    std::vector<QColor> m_colours;
    int m_current = -1;
    double m_left = 0, m_width = 0;
    double m_grip = 0; // where in the frame the mouse holds it
};

} // namespace reslens::widgets
