// One row per network over relative depth. Each cell shows the top class if all later branches are dropped: its colour
// is the class, and its height the probability.
#pragma once

#include "widgets/map_canvas.h"

#include <QColor>

#include <vector>

namespace reslens::widgets {

struct LensCell {
    double depth = 0; // 0: the stem, 1: the whole network; the cell ends at the next cell's depth
    QString label;
    double probability = 0; // in [0, 1]
    QColor colour;
    QString text; // for the tool tip
};

struct LensRow {
    QString name;
    QColor colour; // colour of the name's mark
    std::vector<LensCell> cells;
    QString note; // next to the name, or in place of the cells if there are none
};

/// The planes are the rows. In a PixelAt, the column is the cell, and fraction.x is its depth.
class LensStrip : public MapCanvas {
    Q_OBJECT

public:
    explicit LensStrip(QWidget *parent = nullptr);

    void setRows(std::vector<LensRow> rows);
    const std::vector<LensRow> &rows() const { return m_rows; }
    /// Sets the text under the axis, which explains colours and heights.
    void setCaption(const QString &text) { m_caption = text; }
    /// Marks a depth in all rows.
    void setMark(std::optional<double> depth);

    /// Returns the place of cell `cell` of row `row`.
    QRectF cellRect(int row, int cell) const;

    int planeCount() const override { return int(m_rows.size()); }
    QRectF planeRect(int row) const override;
    QSize minimumSizeHint() const override;
    QSize sizeHint() const override;

protected:
    QSize extent() const override { return {cellCount(m_row), planeCount()}; }
    std::optional<PixelAt> pixelAt(QPointF point) const override;
    QString spokenText() const override;
    void paintPlanes(QPainter &painter) override;
    void step(QPoint by) override; // along the cells, and between the rows
    void enter() override { step({0, 0}); }
    bool isZoomable() const override { return false; }
    bool event(QEvent *event) override; // shows tool tips

private:
    int cellCount(int row) const;
    PixelAt cellOf(int row, int cell) const;
    /// Returns the cell of row m_row at the marked depth; -1 without a mark or in an empty row.
    int markedCell() const;
    int rowHeight(int row) const;
    int rowTop(int row) const;
    void paintRow(QPainter &painter, int row) const;
    void paintLabels(QPainter &painter, int row) const;
    void paintAxis(QPainter &painter) const;

    std::vector<LensRow> m_rows;
    QString m_caption;
    int m_row = 0; // the row of the keyboard
};

} // namespace reslens::widgets
