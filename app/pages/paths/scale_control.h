// One factor between 0 and 2, by slider or by number.
#pragma once

#include <QDoubleSpinBox>
#include <QLabel>
#include <QSlider>

namespace reslens::pages {

class ScaleControl : public QWidget {
    Q_OBJECT

public:
    /// `letter` stands before it; `meaning` is its tool tip and its accessible name.
    ScaleControl(const QString &letter, const QString &meaning, QWidget *parent);

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

} // namespace reslens::pages
