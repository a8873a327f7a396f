// One line of text, shortened in the middle where it does not fit; the whole is its tool tip.
#pragma once

#include <QWidget>

namespace reslens::widgets {

class ElidedLabel : public QWidget {
    Q_OBJECT

public:
    using QWidget::QWidget;

    void setText(const QString &text);
    const QString &text() const { return m_text; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_text;
};

} // namespace reslens::widgets
