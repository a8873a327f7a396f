#include "widgets/ribbon_controls.h"

#include "nn/executor.h"

#include <QDoubleSpinBox>
#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>

#include <algorithm>
#include <cmath>

namespace reslens::widgets {

namespace {

constexpr double kLargest = 2; // end of the slider; a typed number may be larger
constexpr int kTicks = 100;    // slider steps per 1
constexpr int kSpacing = 12;

} // namespace

ScaleControl::ScaleControl(Way way, QWidget *parent)
    : QWidget(parent), m_toggle(new QToolButton(this)), m_slider(new QSlider(Qt::Horizontal, this)),
      m_number(new QDoubleSpinBox(this))
{
    const bool isSkip = way == Way::Skip;
    const QString name = isSkip ? tr("Skip α") : tr("Branch β");
    m_toggle->setObjectName(isSkip ? "skipToggle" : "branchToggle");
    m_toggle->setText(name);
    m_toggle->setCheckable(true);
    m_toggle->setToolTip(isSkip ? tr("Cut the skip (α = 0), or restore it (α = 1). Key S in the network")
                                : tr("Cut the branch (β = 0), or restore it (β = 1). Key B in the network"));
    m_toggle->setAccessibleName(isSkip ? tr("Skip is on") : tr("Branch is on"));
    m_slider->setRange(0, int(kLargest * kTicks));
    m_slider->setPageStep(kTicks / 4);
    m_slider->setSingleStep(kTicks / 20);
    m_slider->setMinimumWidth(4 * fontMetrics().height());
    m_slider->setMaximumWidth(20 * fontMetrics().height());
    m_slider->setToolTip(isSkip ? tr("u = α·s + β·F: the factor α of the skip")
                                : tr("u = α·s + β·F: the factor β of the branch"));
    m_slider->setAccessibleName(name);
    m_number->setRange(double(nn::kSmallestScale), double(nn::kLargestScale));
    m_number->setDecimals(2);
    m_number->setSingleStep(0.05);
    m_number->setKeyboardTracking(false);
    m_number->setAccessibleName(name);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    row->addWidget(m_toggle);
    row->addWidget(m_slider, 100);
    row->addWidget(m_number);
    row->addStretch(1);
    show(1);
    connect(m_toggle, &QToolButton::clicked, this, [this](bool isOn) {
        show(isOn ? 1 : 0);
        emit factorChanged(factor(), true);
    });
    connect(m_slider, &QSlider::valueChanged, this, [this](int ticks) {
        show(float(double(ticks) / kTicks));
        emit factorChanged(factor(), !m_slider->isSliderDown());
    });
    connect(m_slider, &QSlider::sliderReleased, this, [this] { emit factorChanged(factor(), true); });
    connect(m_number, &QDoubleSpinBox::valueChanged, this, [this](double value) {
        show(float(value));
        emit factorChanged(factor(), true);
    });
}

void ScaleControl::setFactor(float factor)
{
    if (!m_slider->isSliderDown())
        show(factor);
}

void ScaleControl::show(float factor)
{
    m_factor = factor;
    const QSignalBlocker toggle(m_toggle), slider(m_slider), number(m_number);
    m_toggle->setChecked(factor != 0);
    m_slider->setValue(int(std::lround(factor * kTicks)));
    m_number->setValue(double(factor));
}

RibbonControls::RibbonControls(const models::BlockModel &model, QWidget *parent)
    : QWidget(parent), m_model(model), m_grid(new QGridLayout(this)),
      m_skip(new ScaleControl(ScaleControl::Way::Skip, this)),
      m_branch(new ScaleControl(ScaleControl::Way::Branch, this)), m_resets(new QWidget(this)),
      m_words(new QLabel(m_resets)), m_reset(new QToolButton(m_resets)), m_resetAll(new QToolButton(m_resets))
{
    setAccessibleName(tr("Scales of the selected block"));
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    m_words->setObjectName("muted");
    m_reset->setText(tr("Reset block"));
    m_reset->setToolTip(tr("α = β = 1 in this block, as in the network as it was trained"));
    m_resetAll->setText(tr("Reset all"));
    m_resetAll->setToolTip(tr("α = β = 1 in every block"));
    auto *row = new QHBoxLayout(m_resets);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    row->addStretch(1);
    for (QWidget *part : std::initializer_list<QWidget *>{m_words, m_reset, m_resetAll})
        row->addWidget(part);
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(kSpacing);
    m_grid->setVerticalSpacing(6);
    m_grid->setSizeConstraint(QLayout::SetNoConstraint); // its rows follow from the width, not the other way round
    connect(m_skip, &ScaleControl::factorChanged, this, [this](float, bool isFinal) { send(isFinal); });
    connect(m_branch, &ScaleControl::factorChanged, this, [this](float, bool isFinal) { send(isFinal); });
    connect(m_reset, &QToolButton::clicked, this, [this] {
        m_skip->setFactor(1);
        m_branch->setFactor(1);
        send(true);
    });
    connect(m_resetAll, &QToolButton::clicked, this, &RibbonControls::resetAllRequested);
    connect(&model, &QAbstractItemModel::dataChanged, this, &RibbonControls::showScales);
    connect(&model, &QAbstractItemModel::modelReset, this, &RibbonControls::showScales);
    arrange();
    showScales();
}

void RibbonControls::setRow(int row)
{
    m_row = row;
    showScales();
}

void RibbonControls::send(bool isFinal)
{
    emit scaleChanged(m_model.blockOf(m_row), {m_skip->factor(), m_branch->factor()}, isFinal);
}

QString RibbonControls::reasonForNone() const
{
    if (m_row < 0 || m_row >= m_model.rowCount())
        return tr("No block is selected");
    if (m_model.blockOf(m_row) < 0)
        return tr("The %1 has no skip and no branch").arg(m_model.row(m_row).name);
    return m_model.hasShortcut(m_row) ? QString() : tr("A plain block has no skip");
}

void RibbonControls::showScales()
{
    const QString reason = reasonForNone();
    const nn::BlockScale scale = reason.isEmpty() ? m_model.numbers(m_row).scale : nn::BlockScale{};
    m_skip->setFactor(scale.alpha);
    m_branch->setFactor(scale.beta);
    bool isAnyChanged = false;
    for (int block = 0; block < m_model.blockCount(); ++block)
        isAnyChanged = isAnyChanged || m_model.numbers(m_model.rowOf(block)).scale != nn::BlockScale{};
    m_skip->setEnabled(reason.isEmpty());
    m_branch->setEnabled(reason.isEmpty());
    m_reset->setEnabled(reason.isEmpty() && scale != nn::BlockScale{});
    m_resetAll->setEnabled(isAnyChanged);
    m_words->setText(reason);
    m_words->setVisible(!reason.isEmpty());
    setAccessibleDescription(reason.isEmpty() ? m_model.row(m_row).name : reason);
    arrange();
}

int RibbonControls::rowsFor(int width) const
{
    const int skip = m_skip->minimumSizeHint().width(), branch = m_branch->minimumSizeHint().width();
    const int resets = m_resets->minimumSizeHint().width();
    if (skip + branch + resets + 2 * kSpacing <= width)
        return 1;
    return std::max(skip + branch + kSpacing, resets) <= width ? 2 : 3;
}

void RibbonControls::arrange()
{
    const int rows = rowsFor(width());
    if (rows == m_rows)
        return;
    m_rows = rows;
    for (QWidget *part : std::initializer_list<QWidget *>{m_skip, m_branch, m_resets})
        m_grid->removeWidget(part);
    m_grid->addWidget(m_skip, 0, 0);
    m_grid->addWidget(m_branch, rows == 3 ? 1 : 0, rows == 3 ? 0 : 1);
    m_grid->addWidget(m_resets, rows - 1, rows == 1 ? 2 : 0, 1, rows == 2 ? 2 : 1);
    for (const int column : {0, 1})
        m_grid->setColumnStretch(column, rows == 3 && column == 1 ? 0 : 1);
    m_grid->activate(); // now, since a resize lays out before its event arrives
    updateGeometry();
}

int RibbonControls::heightOf(int rows) const
{
    const int one =
        std::max({m_skip->sizeHint().height(), m_branch->sizeHint().height(), m_resets->sizeHint().height()});
    return rows * one + (rows - 1) * m_grid->verticalSpacing();
}

QSize RibbonControls::sizeHint() const
{
    return {m_skip->sizeHint().width() + m_branch->sizeHint().width() + m_resets->sizeHint().width() + 2 * kSpacing,
            heightOf(m_rows)};
}

QSize RibbonControls::minimumSizeHint() const
{
    const int widest = std::max(
        {m_skip->minimumSizeHint().width(), m_branch->minimumSizeHint().width(), m_resets->minimumSizeHint().width()});
    return {widest, heightOf(m_rows)};
}

void RibbonControls::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void RibbonControls::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        arrange();
}

} // namespace reslens::widgets
