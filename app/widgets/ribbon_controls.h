// The two factors of the selected block, alpha of its skip and beta of its branch: cut, restore, scale from 0 to 2.
#pragma once

#include "models/block_model.h"

#include <QWidget>

class QDoubleSpinBox;
class QGridLayout;
class QLabel;
class QSlider;
class QToolButton;

namespace reslens::widgets {

/// One factor from 0 to 2: a toggle that cuts, and a slider and a number that scale.
class ScaleControl : public QWidget {
    Q_OBJECT

public:
    enum class Way { Skip, Branch };
    explicit ScaleControl(Way way, QWidget *parent = nullptr);

    float factor() const { return m_factor; } // exact; the number shown is rounded, and the slider ends at 2
    /// Does not signal, and does not move a control that the person is dragging.
    void setFactor(float factor);

signals:
    void factorChanged(float factor, bool isFinal);

private:
    void show(float factor);

    QToolButton *m_toggle;
    QSlider *m_slider;
    QDoubleSpinBox *m_number;
    float m_factor = 1;
};

/// Uses one row if there is room, otherwise two or three.
class RibbonControls : public QWidget {
    Q_OBJECT

public:
    /// Reads scales from `model`, which must outlive the controls.
    explicit RibbonControls(const models::BlockModel &model, QWidget *parent = nullptr);

    /// Selects a row. Stem, head and plain blocks cannot be scaled, and a text says why.
    void setRow(int row);
    int row() const { return m_row; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    /// Emitted while dragging, and with `isFinal` when released, typed, toggled or reset. Setters do not signal.
    void scaleChanged(int block, reslens::nn::BlockScale scale, bool isFinal);
    void resetAllRequested();

protected:
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void showScales();
    void send(bool isFinal);
    QString reasonForNone() const;
    int rowsFor(int width) const;
    void arrange();
    int heightOf(int rows) const;

    const models::BlockModel &m_model;
    int m_row = -1, m_rows = 0;
    QGridLayout *m_grid;
    ScaleControl *m_skip, *m_branch;
    QWidget *m_resets;
    QLabel *m_words; // the block, or the reason why it cannot be scaled
    QToolButton *m_reset, *m_resetAll;
};

} // namespace reslens::widgets
