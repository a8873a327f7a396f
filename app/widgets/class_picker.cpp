#include "widgets/class_picker.h"

#include <QCompleter>
#include <QLineEdit>

namespace reslens::widgets {

namespace {

constexpr int kShortest = 11; // characters that are seen at the least

} // namespace

ClassPicker::ClassPicker(QWidget *parent) : QComboBox(parent)
{
    setEditable(true);
    setInsertPolicy(NoInsert);
    setMinimumContentsLength(kShortest);
    setSizeAdjustPolicy(AdjustToMinimumContentsLengthWithIcon);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    completer()->setCompletionMode(QCompleter::PopupCompletion);
    completer()->setFilterMode(Qt::MatchContains);
    completer()->setCaseSensitivity(Qt::CaseInsensitive);
    connect(this, &QComboBox::activated, this, [this](int index) {
        if (index - first() == m_class)
            return;
        m_class = index - first();
        emit classPicked(m_class);
    });
    connect(lineEdit(), &QLineEdit::editingFinished, this, &ClassPicker::takeText);
}

void ClassPicker::setLabels(const std::vector<std::string> &labels)
{
    const QSignalBlocker blocker(this);
    clear();
    if (!m_none.isEmpty())
        addItem(m_none);
    for (const std::string &label : labels)
        addItem(QString::fromStdString(label));
    m_class = -1;
    setCurrentIndex(first() - 1);
}

void ClassPicker::setClass(int index)
{
    const QSignalBlocker blocker(this);
    m_class = index;
    setCurrentIndex(index + first());
    if (currentIndex() < 0)
        clearEditText();
    lineEdit()->setCursorPosition(0); // the beginning of a long name says most
}

void ClassPicker::takeText()
{
    if (currentIndex() >= 0 && currentText() == itemText(currentIndex()) && currentIndex() - first() == m_class)
        return;
    const int found = findText(currentText(), Qt::MatchFixedString);
    if (found >= 0 && itemText(found) != itemText(m_class + first())) {
        setCurrentIndex(found);
        emit activated(found);
    } else {
        setClass(m_class); // what is no class stays what it was
    }
}

} // namespace reslens::widgets
