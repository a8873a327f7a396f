#include "widgets/controls.h"

#include <QCompleter>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QToolButton>

#include <cmath>

namespace reslens::widgets {

SegmentBar::SegmentBar(const QString &name, QWidget *parent) : QWidget(parent)
{
    setAccessibleName(name);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2);
    connect(&m_buttons, &QButtonGroup::idToggled, this, [this](int id, bool isOn) {
        if (isOn)
            emit changed(id);
    });
}

void SegmentBar::addSegment(const QString &text, const QString &toolTip)
{
    auto *button = new QToolButton(this);
    button->setObjectName("segment");
    button->setText(text);
    button->setToolTip(toolTip);
    button->setAccessibleName(accessibleName() + ": " + text);
    button->setCheckable(true);
    const int index = int(m_buttons.buttons().size());
    button->setChecked(index == 0);
    m_buttons.addButton(button, index);
    layout()->addWidget(button);
}

void SegmentBar::setCurrent(int index)
{
    if (QAbstractButton *button = m_buttons.button(index))
        button->setChecked(true);
}

QString SegmentBar::currentText() const
{
    const QAbstractButton *button = m_buttons.checkedButton();
    return button ? button->text() : QString();
}

void SegmentBar::setSegmentVisible(int index, bool isVisible)
{
    if (QAbstractButton *button = m_buttons.button(index))
        button->setVisible(isVisible);
}

namespace {

constexpr int kShortest = 11; // characters that are always visible

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
        setClass(m_class); // text that is no class restores the class
    }
}

namespace {

constexpr double kLargest = 2, kStep = 0.05;
constexpr int kSliderSteps = 100; // steps from 0 to 1

} // namespace

FactorSlider::FactorSlider(const QString &letter, const QString &meaning, QWidget *parent)
    : QWidget(parent), m_slider(new QSlider(Qt::Horizontal, this)), m_number(new QDoubleSpinBox(this))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    auto *name = new QLabel(letter, this);
    name->setBuddy(m_slider);
    row->addWidget(name);
    row->addWidget(m_slider, 1);
    row->addWidget(m_number);
    m_slider->setRange(0, int(kLargest * kSliderSteps));
    m_slider->setPageStep(kSliderSteps / 4);
    m_slider->setAccessibleName(meaning);
    m_slider->setToolTip(meaning);
    m_number->setRange(0, kLargest);
    m_number->setDecimals(2);
    m_number->setSingleStep(kStep);
    m_number->setAccessibleName(tr("%1, as a number").arg(meaning));
    m_number->setToolTip(meaning);
    connect(m_slider, &QSlider::valueChanged, this,
            [this](int value) { m_number->setValue(double(value) / kSliderSteps); });
    connect(m_number, &QDoubleSpinBox::valueChanged, this, [this](double value) {
        m_slider->setValue(int(std::lround(value * kSliderSteps)));
        emit changed();
    });
    m_number->setValue(1);
}

namespace {

constexpr int kProgressLetters = 10; // width of the progress bar

} // namespace

TaskControl::TaskControl(const QString &text, QWidget *parent)
    : QWidget(parent), m_start(new QPushButton(text, this)), m_cancel(new QPushButton(tr("Cancel"), this)),
      m_progress(new QProgressBar(this))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    row->addWidget(m_start);
    row->addWidget(m_progress, 1);
    row->addWidget(m_cancel);
    m_progress->setMinimumWidth(kProgressLetters * fontMetrics().averageCharWidth());
    m_progress->setAccessibleName(tr("Progress"));
    m_start->setAccessibleName(text.isEmpty() ? tr("Start") : text);
    m_cancel->setToolTip(tr("Stop; what is shown stays as it is"));
    m_cancel->setAccessibleName(text.isEmpty() ? tr("Cancel") : tr("Cancel: %1").arg(text));
    connect(m_start, &QPushButton::clicked, this, &TaskControl::started);
    connect(m_cancel, &QPushButton::clicked, this, &TaskControl::cancelled);
    setRunning(false);
}

void TaskControl::setRunning(bool isRunning)
{
    m_isRunning = isRunning;
    const bool canStart = !m_start->text().isEmpty();
    m_start->setVisible(canStart && !isRunning);
    m_progress->setVisible(isRunning);
    m_cancel->setVisible(isRunning);
    m_progress->setRange(0, 0);
}

void TaskControl::setProgress(int done, int total)
{
    m_progress->setRange(0, total);
    m_progress->setValue(done);
}

} // namespace reslens::widgets
