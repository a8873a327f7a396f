// What the ribbon's lines and colours mean: the kinds of skips that the network has, the two parts of the bars, and the
// scale of the quantity that colours the boxes.
#pragma once

#include "models/block_model.h"

#include <QWidget>

namespace reslens::widgets {

class RibbonLegend : public QWidget {
    Q_OBJECT

public:
    /// `model` must outlive the legend.
    explicit RibbonLegend(const models::BlockModel &model, QWidget *parent = nullptr);

    /// The quantity of the ribbon's boxes; one of models::blockQuantities(), which stays.
    void setQuantity(const models::BlockQuantity &quantity);
    /// The same in words: "identity · skip · branch · alignment cos(s, F) from -0.3 to 0.3".
    QString text() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {0, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    /// One sample and its words; those that do not fit are left out, the last ones first to stay.
    struct Entry {
        enum class Sample { Arc, Box, Hatch, Scale };
        Sample sample;
        QString word;
        Qt::PenStyle line = Qt::SolidLine; // of an arc
        QColor colour;                     // of a box
    };
    std::vector<Entry> entries() const;
    int widthOf(const Entry &entry) const;
    void paintSample(QPainter &painter, const Entry &entry, const QRect &rect) const;
    void paintScale(QPainter &painter, const QRect &rect) const;
    void changeNumbers();

    const models::BlockModel &m_model;
    const models::BlockQuantity *m_quantity;
};

} // namespace reslens::widgets
