// Small controls that pages share: a row of choices, one of a thousand classes, a factor, the button of a long task.
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

/// A row of choices of which one is made: the tabs within a page.
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

/// One of a thousand classes, by typing a part of its name.
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

/// One factor between 0 and 2, by slider or by number.
class FactorSlider : public QWidget {
    Q_OBJECT

public:
    /// `letter` stands before it; `meaning` is its tool tip and its accessible name.
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

/// A button that starts something long; while that runs, how far it is, and a way to stop it.
class TaskControl : public QWidget {
    Q_OBJECT

public:
    /// Without `text` there is no button to start it, and nothing is shown while nothing runs.
    explicit TaskControl(const QString &text, QWidget *parent = nullptr);

    void setStartToolTip(const QString &text) { m_start->setToolTip(text); }
    /// How far it is is not known until setProgress().
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
