// The controls of a preprocessing: how pictures are scaled, cut and normalised.
#pragma once

#include "nn/preprocess.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace reslens::gui {

class PreprocessForm : public QWidget {
    Q_OBJECT

public:
    explicit PreprocessForm(QWidget *parent = nullptr);

    /// Does not emit edited(). What the person types now stays.
    void show(const nn::Preprocess &how);
    /// As the controls say; empty while a text in them is wrong.
    std::optional<nn::Preprocess> value() const { return m_value; }

signals:
    void edited(); // by the person; value() is set

private:
    void buildPresets();
    void fill(const nn::Preprocess &how);
    void takeEdit();
    void changeRange();
    std::optional<nn::Preprocess> read();

    QComboBox *m_presets, *m_scaling, *m_interpolation, *m_order, *m_range;
    QSpinBox *m_width, *m_height, *m_crop;
    QLineEdit *m_mean, *m_deviation;
    QLabel *m_times, *m_problem;
    std::optional<nn::Preprocess> m_value;
    bool m_isFilling = false;
};

} // namespace reslens::gui
