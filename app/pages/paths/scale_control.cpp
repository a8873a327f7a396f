#include "pages/paths/scale_control.h"

#include <QHBoxLayout>

#include <cmath>

namespace reslens::pages {

namespace {

constexpr double kLargest = 2, kStep = 0.05;
constexpr int kSliderSteps = 100; // to 1

} // namespace

ScaleControl::ScaleControl(const QString &letter, const QString &meaning, QWidget *parent)
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

} // namespace reslens::pages
