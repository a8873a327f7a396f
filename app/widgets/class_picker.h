// One of a thousand classes, by typing a part of its name.
#pragma once

#include <QComboBox>

#include <string>
#include <vector>

namespace reslens::widgets {

class ClassPicker : public QComboBox {
    Q_OBJECT

public:
    explicit ClassPicker(QWidget *parent = nullptr);

    /// Lets no class be picked, by an entry with this text; before the labels are set.
    void setNoneText(const QString &text) { m_none = text; }
    void setLabels(const std::vector<std::string> &labels);
    /// -1: none. Picks nothing.
    void setClass(int index);

signals:
    void classPicked(int index); // by the person; -1: none

private:
    void takeText();
    /// The entry of class 0.
    int first() const { return m_none.isEmpty() ? 0 : 1; }

    QString m_none;
    int m_class = -1;
};

} // namespace reslens::widgets
