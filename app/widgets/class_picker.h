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

    void setLabels(const std::vector<std::string> &labels);
    /// -1: none. Picks nothing.
    void setClass(int index);

signals:
    void classPicked(int index); // by the person

private:
    void takeText();

    int m_class = -1;
};

} // namespace reslens::widgets
