// A row of choices of which one is made: the tabs within a page.
#pragma once

#include <QButtonGroup>
#include <QWidget>

namespace reslens::widgets {

class SegmentBar : public QWidget {
    Q_OBJECT

public:
    /// `name` is what is chosen, for those who hear it.
    explicit SegmentBar(const QString &name, QWidget *parent = nullptr);

    void addSegment(const QString &text, const QString &toolTip);
    /// Emits changed(), as a click would.
    void setCurrent(int index);
    int current() const { return m_buttons.checkedId(); }
    QString currentText() const;
    void setSegmentVisible(int index, bool isVisible);

signals:
    void changed(int index);

private:
    QButtonGroup m_buttons;
};

} // namespace reslens::widgets
