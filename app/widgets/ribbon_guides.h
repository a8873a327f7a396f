// Two guides around the ribbon: the legend of its lines and colours, and a minimap.
#pragma once

#include "models/block_model.h"
#include "widgets/ribbon_layout.h"

#include <QColor>
#include <QWidget>

namespace reslens::widgets {

/// The legend of the ribbon: the network's kinds of skips, the two parts of the bars, and the scale of the boxes'
/// quantity.
class RibbonLegend : public QWidget {
    Q_OBJECT

public:
    /// `model` must outlive the legend.
    explicit RibbonLegend(const models::BlockModel &model, QWidget *parent = nullptr);

    /// Sets the quantity of the boxes, one of models::blockQuantities(). It must outlive the legend.
    void setQuantity(const study::Quantity &quantity);
    /// Returns the legend in words: "identity · skip · branch · alignment cos(s, F) from -0.3 to 0.3".
    QString text() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {0, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    /// One sample with its words. If room is short, the first entries are left out.
    struct Entry {
        enum class Sample { Arc, Box, Hatch, Scale };
        Sample sample;
        QString word;
        Qt::PenStyle line = Qt::SolidLine; // for an arc
        QColor colour;                     // for a box
    };
    std::vector<Entry> entries() const;
    int widthOf(const Entry &entry) const;
    void paintSample(QPainter &painter, const Entry &entry, const QRect &rect) const;
    void paintScale(QPainter &painter, const QRect &rect) const;
    void changeNumbers();

    const models::BlockModel &m_model;
    const study::Quantity *m_quantity;
};

/// The whole ribbon on one strip, for when it is wider than its viewport. Every block is a mark, and the visible part
/// is a frame that can be dragged.
class RibbonMinimap : public QWidget {
    Q_OBJECT

public:
    explicit RibbonMinimap(QWidget *parent = nullptr);

    /// `colours` has one entry per cell.
    void setRibbon(const RibbonLayout &layout, std::vector<QColor> colours, int currentCell);
    /// Takes the visible part in the layout's coordinates.
    void setFrame(double left, double width);

    QRectF frame() const;
    QRectF markOf(int cell) const;

    QSize sizeHint() const override;

signals:
    /// Asks for this left edge of the visible part.
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
    double m_grip = 0; // where the mouse holds the frame
};

} // namespace reslens::widgets
