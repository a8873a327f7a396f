// One row for each network, over relative depth: the class that it would answer with if all later branches were
// dropped, in its colour, filled as high as its probability.
#pragma once

#include <QColor>
#include <QWidget>

#include <optional>
#include <vector>

namespace reslens::widgets {

struct LensCell {
    double depth = 0; // 0: the stem, 1: the whole network; the answer holds until the next cell's depth
    QString label;
    double probability = 0; // in [0, 1]
    QColor colour;
    QString text; // under the mouse
};

struct LensRow {
    QString name;
    QColor colour; // of the name's mark
    std::vector<LensCell> cells;
    QString note; // beside the name; where there are no cells, instead of them
};

class LensStrip : public QWidget {
    Q_OBJECT

public:
    explicit LensStrip(QWidget *parent = nullptr);

    void setRows(std::vector<LensRow> rows);
    const std::vector<LensRow> &rows() const { return m_rows; }
    void setPlaceholder(const QString &text);
    /// Under the axis: what colours and heights mean.
    void setCaption(const QString &text) { m_caption = text; }
    /// Marks a depth in all rows.
    void setMark(std::optional<double> depth);

    /// Where cell `cell` of row `row` is drawn.
    QRectF cellRect(int row, int cell) const;

    QSize minimumSizeHint() const override;
    QSize sizeHint() const override;

signals:
    void hovered(std::optional<double> depth); // none when the mouse leaves
    void clicked(double depth);

protected:
    bool event(QEvent *event) override; // tool tips
    void paintEvent(QPaintEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    QRectF stripRect(int row) const;
    int rowHeight(int row) const;
    int rowTop(int row) const;
    const LensCell *cellAt(QPointF point) const;
    void paintRow(QPainter &painter, int row) const;
    void paintLabels(QPainter &painter, int row) const;
    void paintAxis(QPainter &painter) const;

    std::vector<LensRow> m_rows;
    QString m_placeholder, m_caption;
    std::optional<double> m_mark;
};

} // namespace reslens::widgets
