#include "gui/preprocess_form.h"

#include "widgets/theme.h"
#include "zoo/model_settings.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>

#include <algorithm>

namespace reslens::gui {

namespace {

constexpr float kLargestMeanOf1 = 2; // of pixels from 0 to 1, as in zoo::changed()
constexpr int kShorterSide = 0, kBothSides = 1;
constexpr int kUnit = 0, kBytes = 1; // entries of the range

QString textOf(const std::array<float, 3> &values)
{
    const auto &[a, b, c] = values;
    const auto text = [](float value) { return QString::number(double(value), 'g', 6); };
    return a == b && b == c ? text(a) : QStringList{text(a), text(b), text(c)}.join(", ");
}

std::array<float, 3> scaled(std::array<float, 3> values, float factor)
{
    for (float &value : values)
        value *= factor;
    return values;
}

bool isOfBytes(const std::array<float, 3> &mean)
{
    return std::ranges::any_of(mean, [](float value) { return value > kLargestMeanOf1; });
}

QSpinBox *sideBox(const QString &name, QWidget *parent)
{
    auto *box = new QSpinBox(parent);
    box->setRange(1, zoo::kLargestSide);
    box->setAccessibleName(name);
    box->setKeyboardTracking(false); // the network runs when a number is whole
    return box;
}

QWidget *row(std::initializer_list<QWidget *> widgets, QWidget *parent)
{
    auto *line = new QWidget(parent);
    auto *layout = new QHBoxLayout(line);
    layout->setContentsMargins(0, 0, 0, 0);
    for (QWidget *widget : widgets)
        layout->addWidget(widget);
    layout->addStretch(1);
    line->setFocusProxy(*widgets.begin());
    return line;
}

} // namespace

PreprocessForm::PreprocessForm(QWidget *parent)
    : QWidget(parent), m_presets(new QComboBox(this)), m_scaling(new QComboBox(this)),
      m_interpolation(new QComboBox(this)), m_order(new QComboBox(this)), m_range(new QComboBox(this)),
      m_width(sideBox(tr("Pixels of the scaled picture's shorter side, or its width"), this)),
      m_height(sideBox(tr("Height of the scaled picture"), this)),
      m_crop(sideBox(tr("Sides of the square that is cut out"), this)), m_mean(new QLineEdit(this)),
      m_deviation(new QLineEdit(this)), m_times(new QLabel(QStringLiteral("×"), this)), m_problem(new QLabel(this))
{
    m_scaling->addItems({tr("shorter side to"), tr("squash to")});
    for (const char *name : nn::interpolationNames())
        m_interpolation->addItem(QString::fromLatin1(name));
    for (const char *name : nn::orderNames())
        m_order->addItem(QString::fromLatin1(name).toUpper());
    m_range->addItems({tr("0 to 1"), tr("0 to 255")});
    m_mean->setToolTip(tr("One number, or three with commas between, in the network's order of channels"));
    m_deviation->setToolTip(m_mean->toolTip());
    m_problem->setWordWrap(true);
    m_problem->setObjectName("problem");
    m_problem->hide();
    setFocusProxy(m_presets);
    buildPresets();

    auto *form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    form->addRow(tr("Usual ones"), m_presets);
    form->addRow(tr("Scale"), row({m_scaling, m_width, m_times, m_height}, this));
    form->addRow(tr("Filter"), m_interpolation);
    form->addRow(tr("Crop"), m_crop);
    form->addRow(tr("Channels"), m_order);
    form->addRow(tr("Pixels"), m_range);
    form->addRow(tr("Mean"), m_mean);
    form->addRow(tr("Deviation"), m_deviation);
    form->addRow(m_problem);

    for (QComboBox *box : {m_scaling, m_interpolation, m_order})
        connect(box, &QComboBox::currentIndexChanged, this, &PreprocessForm::takeEdit);
    connect(m_range, &QComboBox::currentIndexChanged, this, &PreprocessForm::changeRange);
    for (QSpinBox *box : {m_width, m_height, m_crop})
        connect(box, &QSpinBox::valueChanged, this, &PreprocessForm::takeEdit);
    for (QLineEdit *edit : {m_mean, m_deviation})
        connect(edit, &QLineEdit::textEdited, this, &PreprocessForm::takeEdit);
    connect(m_problem, &QLabel::linkActivated, m_range, [this] { m_range->setCurrentIndex(kBytes); });
}

/// A preset sets range, order, mean and deviation, and leaves the sizes.
void PreprocessForm::buildPresets()
{
    m_presets->addItem(tr("choose…"));
    for (const zoo::Normalisation &known : zoo::normalisations())
        m_presets->addItem(QString::fromUtf8(known.name));
    connect(m_presets, &QComboBox::activated, this, [this](int index) {
        if (index == 0 || !m_value)
            return m_presets->setCurrentIndex(0);
        const zoo::Normalisation &chosen = zoo::normalisations()[std::size_t(index - 1)];
        nn::Preprocess how = *m_value;
        how.range = chosen.range;
        how.order = chosen.order;
        how.mean = chosen.mean;
        how.deviation = chosen.deviation;
        fill(how);
        m_presets->setCurrentIndex(0);
        takeEdit();
    });
}

void PreprocessForm::show(const nn::Preprocess &how)
{
    const bool isTyping = m_mean->hasFocus() || m_deviation->hasFocus();
    if (!isTyping || m_value != how)
        fill(how);
}

void PreprocessForm::fill(const nn::Preprocess &how)
{
    m_isFilling = true;
    m_scaling->setCurrentIndex(how.isSquashed() ? kBothSides : kShorterSide);
    m_width->setValue(how.isSquashed() ? how.squash[0] : how.resize);
    m_height->setValue(how.isSquashed() ? how.squash[1] : how.resize);
    m_interpolation->setCurrentIndex(int(how.interpolation));
    m_crop->setValue(how.crop);
    m_order->setCurrentIndex(int(how.order));
    m_range->setCurrentIndex(how.range == 1 ? kUnit : kBytes);
    m_mean->setText(textOf(how.mean));
    m_deviation->setText(textOf(how.deviation));
    m_isFilling = false;
    m_value = how;
    read();
}

void PreprocessForm::takeEdit()
{
    if (m_isFilling)
        return;
    m_value = read();
    if (m_value)
        emit edited();
}

/// The same normalisation in the other unit, unless the mean is of that unit already.
void PreprocessForm::changeRange()
{
    const auto words =
        zoo::settingsFrom({{"mean", m_mean->text().toStdString()}, {"std", m_deviation->text().toStdString()}});
    const bool isBytes = m_range->currentIndex() == kBytes;
    if (!m_isFilling && words && isOfBytes(*words->preprocess.mean) != isBytes) {
        const float factor = isBytes ? 255.0f : 1 / 255.0f;
        m_mean->setText(textOf(scaled(*words->preprocess.mean, factor)));
        m_deviation->setText(textOf(scaled(*words->preprocess.deviation, factor)));
    }
    takeEdit();
}

std::optional<nn::Preprocess> PreprocessForm::read()
{
    nn::Preprocess how = m_value.value_or(nn::Preprocess());
    const bool isSquashed = m_scaling->currentIndex() == kBothSides;
    m_times->setVisible(isSquashed);
    m_height->setVisible(isSquashed);
    how.resize = isSquashed ? how.resize : m_width->value();
    how.squash = isSquashed ? std::array{m_width->value(), m_height->value()} : std::array{0, 0};
    how.interpolation = nn::Interpolation(m_interpolation->currentIndex());
    how.crop = m_crop->value();
    how.order = nn::ChannelOrder(m_order->currentIndex());
    how.range = m_range->currentIndex() == kUnit ? 1 : 255;
    QString problem;
    for (const auto &[edit, key, target] : {std::tuple{m_mean, "mean", &zoo::PreprocessChanges::mean},
                                            std::tuple{m_deviation, "std", &zoo::PreprocessChanges::deviation}}) {
        const auto words = zoo::settingsFrom({{key, edit->text().toStdString()}});
        if (words)
            (edit == m_mean ? how.mean : how.deviation) = *(words->preprocess.*target);
        else
            problem = edit == m_mean ? tr("The mean needs one number, or three with commas between")
                                     : tr("The deviation needs one number above 0, or three with commas between");
    }
    if (problem.isEmpty() && how.range == 1 && isOfBytes(how.mean))
        problem = tr("This mean is of pixels from 0 to 255. <a href='range'>Take the pixels so</a>");
    m_problem->setText(
        QStringLiteral("<span style='color:%1'>%2</span>").arg(widgets::themeOf(palette()).bad.name(), problem));
    m_problem->setVisible(!problem.isEmpty());
    return problem.isEmpty() ? std::optional(how) : std::nullopt;
}

} // namespace reslens::gui
