// Small controls for pages: a row of choices, a class picker, a factor, the button of a long task.
#pragma once

#include <QButtonGroup>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSlider>
#include <QWidget>

#include <string>
#include <vector>

namespace reslens::widgets {

/// A row of choices, one of which is selected: the tabs within a page.
class SegmentBar : public QWidget {
    Q_OBJECT

public:
    /// `name` says what is chosen, and is read aloud.
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

/// Picks one of a thousand classes by a part of its name.
class ClassPicker : public QComboBox {
    Q_OBJECT

public:
    explicit ClassPicker(QWidget *parent = nullptr);

    /// Adds an entry with this text that picks no class. Call it before setLabels().
    void setNoneText(const QString &text) { m_none = text; }
    void setLabels(const std::vector<std::string> &labels);
    /// Shows a class; -1: none. Does not emit classPicked().
    void setClass(int index);

signals:
    void classPicked(int index); // by the person; -1: none

private:
    void takeText();
    /// Returns the entry of class 0.
    int first() const { return m_none.isEmpty() ? 0 : 1; }

    QString m_none;
    int m_class = -1;
};

/// Sets one factor between 0 and 2 by slider or by number.
class FactorSlider : public QWidget {
    Q_OBJECT

public:
    /// `letter` is the label. `meaning` is the tool tip and the accessible name.
    FactorSlider(const QString &letter, const QString &meaning, QWidget *parent);

    double value() const { return m_number->value(); }
    void setValue(double value) { m_number->setValue(value); }
    QSlider *slider() { return m_slider; }
    QDoubleSpinBox *number() { return m_number; }

signals:
    void changed();

private:
    QSlider *m_slider;
    QDoubleSpinBox *m_number;
};

/// A button that starts a long task; while the task runs, its progress and a button to stop it.
class TaskControl : public QWidget {
    Q_OBJECT

public:
    /// An empty `text` means no start button; then nothing is shown while no task runs.
    explicit TaskControl(const QString &text, QWidget *parent = nullptr);

    void setStartToolTip(const QString &text) { m_start->setToolTip(text); }
    /// The progress is unknown until setProgress().
    void setRunning(bool isRunning);
    bool isRunning() const { return m_isRunning; }
    void setProgress(int done, int total);
    const QProgressBar &progress() const { return *m_progress; }
    QPushButton *startButton() { return m_start; }
    QPushButton *cancelButton() { return m_cancel; }

signals:
    void started();
    void cancelled();

private:
    bool m_isRunning = false;
    QPushButton *m_start, *m_cancel;
    QProgressBar *m_progress;
};

} // namespace reslens::widgets
