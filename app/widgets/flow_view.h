// The gradient's way back as one picture. At every block it takes two bands, through the skip and through the branch,
// each as thick as its norm.
#pragma once

#include "widgets/flow_layout.h"

#include <QWidget>

#include <memory>

namespace reslens::widgets {

class FlowView : public QWidget {
    Q_OBJECT

public:
    explicit FlowView(QWidget *parent = nullptr);

    void setFlow(std::shared_ptr<const analysis::GradientFlow> flow);
    const analysis::GradientFlow *flow() const { return m_flow.get(); }
    void setLogarithmic(bool isLogarithmic);
    /// Shown without a flow.
    void setPlaceholder(const QString &text);
    /// Marks the selected block and the one hovered in another view; -1: none.
    void setMarks(int current, int hovered);
    int currentMark() const { return m_current; }

    const FlowLayout &geometryOfFlow() const { return m_layout; }
    /// Returns the tool tip of a block: every number with its formula.
    QString textOf(int block) const;

    QSize sizeHint() const override { return {640, 190}; }
    QSize minimumSizeHint() const override;

signals:
    void blockHovered(int block); // -1: none
    void blockClicked(int block);

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    QFont smallFont() const;
    QString caption() const;
    QString complaint() const;
    bool isZero() const;
    bool hasSkips() const;
    double legendHeight() const;
    double captionHeight() const;
    void layOut();
    void paintStages(QPainter &painter) const;
    void paintBands(QPainter &painter) const;
    void paintAngle(QPainter &painter, std::size_t block) const;
    void paintEnds(QPainter &painter) const;
    void paintLegend(QPainter &painter) const;
    void paintCaption(QPainter &painter) const;

    std::shared_ptr<const analysis::GradientFlow> m_flow;
    FlowLayout m_layout;
    QString m_placeholder;
    bool m_isLogarithmic = false;
    int m_current = -1, m_hovered = -1;
};

} // namespace reslens::widgets
