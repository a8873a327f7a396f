#include "gui/network_form.h"

#include "nn/activation.h"
#include "widgets/theme.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>

namespace reslens::gui {

namespace {

/// The value of `key` in "pool=none,dilate=3,4"; empty if it is not there.
QString valueIn(const QString &words, const QString &key)
{
    QString found;
    bool isIt = false;
    for (const QString &part : words.split(u',', Qt::SkipEmptyParts)) {
        const qsizetype equals = part.indexOf(u'=');
        if (equals >= 0) {
            isIt = part.left(equals) == key;
            if (isIt)
                found = part.mid(equals + 1);
        } else if (isIt) { // "3,4" of stages
            found += "," + part;
        }
    }
    return found;
}

void choose(QComboBox *box, const QString &value)
{
    const QSignalBlocker blocker(box);
    box->setCurrentIndex(std::max(0, box->findData(value)));
}

} // namespace

NetworkForm::NetworkForm(QWidget *parent)
    : QWidget(parent), m_network(new QComboBox(this)), m_activation(new QComboBox(this)),
      m_dilated(new QLineEdit(this)), m_eps(new QLineEdit(this)), m_problem(new QLabel(this))
{
    auto *form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    m_network->setToolTip(tr("The networks that stand in the file"));
    m_network->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    form->addRow(tr("Weights"), m_network);
    m_activation->addItem(tr("the usual one"), QString());
    for (const nn::ActivationWords &words : nn::activations())
        m_activation->addItem(QString::fromLatin1(words.id), QString::fromLatin1(words.id));
    m_activation->setToolTip(
        tr("What makes probabilities of the outputs: softmax for one class of several, sigmoid for "
           "each class by itself"));
    form->addRow(tr("Outputs"), m_activation);
    addChoice(form, tr("Stem's pool"), "pool", {"max", "none"})
        ->setToolTip(tr("Places365's networks and those for small pictures have none"));
    addChoice(form, tr("Stride in"), "stride", {"conv1", "conv2"})
        ->setToolTip(tr("Of bottlenecks: conv1 in Caffe's and Detectron's, conv2 in torchvision's"));
    addChoice(form, tr("Activation"), "activation", {"relu", "silu", "leaky"});
    addChoice(form, tr("Blur pools"), "blur", {"on", "off"});
    m_dilated->setPlaceholderText(tr("none, or stages such as 3,4"));
    m_dilated->setToolTip(tr("Stages that keep their size and dilate their convolutions instead"));
    form->addRow(tr("Dilated"), m_dilated);
    m_eps->setPlaceholderText(tr("as in the file"));
    m_eps->setToolTip(tr("Of all batch norms, such as 0.001"));
    form->addRow(tr("Epsilon"), m_eps);
    m_problem->setWordWrap(true);
    m_problem->hide();
    form->addRow(m_problem);
    for (QComboBox *box : {m_network, m_activation})
        connect(box, &QComboBox::currentIndexChanged, this, &NetworkForm::takeEdit);
    for (QLineEdit *edit : {m_dilated, m_eps})
        connect(edit, &QLineEdit::editingFinished, this, [this, edit] {
            if (edit->isModified())
                takeEdit();
            edit->setModified(false);
        });
}

QComboBox *NetworkForm::addChoice(QFormLayout *form, const QString &label, const QString &key,
                                  const QStringList &values)
{
    auto *box = new QComboBox(this);
    box->addItem(tr("as the file says"), QString());
    for (const QString &value : values)
        box->addItem(value, value);
    form->addRow(label, box);
    m_choices.push_back({key, box});
    connect(box, &QComboBox::currentIndexChanged, this, &NetworkForm::takeEdit);
    return box;
}

void NetworkForm::show(const nn::Model &model, const weights::ModelOptions &options)
{
    m_isFilling = true;
    m_network->clear();
    for (const std::string &path : model.networks)
        m_network->addItem(QString::fromStdString(path));
    m_network->setCurrentIndex(int(model.chosenNetwork));
    m_network->setEnabled(model.networks.size() > 1);
    choose(m_activation, options.activation ? nn::wordsOf(*options.activation).id : "");
    const QString words = QString::fromStdString(nn::textOf(options.variant));
    for (const Choice &choice : m_choices)
        choose(choice.box, valueIn(words, choice.key));
    m_dilated->setText(valueIn(words, "dilate"));
    m_eps->setText(valueIn(words, "eps"));
    m_problem->hide();
    m_isFilling = false;
}

QString NetworkForm::variantWords() const
{
    QStringList words;
    for (const Choice &choice : m_choices)
        if (const QString value = choice.box->currentData().toString(); !value.isEmpty())
            words << choice.key + "=" + value;
    for (const auto &[key, edit] : {std::pair{"dilate", m_dilated}, std::pair{"eps", m_eps}})
        if (const QString value = edit->text().remove(u' '); !value.isEmpty())
            words << QString::fromLatin1(key) + "=" + value;
    return words.join(u',');
}

std::optional<weights::ModelOptions> NetworkForm::applied(weights::ModelOptions options) const
{
    auto variant = nn::variantFrom(variantWords().toStdString());
    if (!variant)
        return std::nullopt;
    options.variant = std::move(*variant);
    options.activation = nn::activationNamed(m_activation->currentData().toString().toStdString());
    const bool isFirst = m_network->currentIndex() <= 0;
    options.network = isFirst ? std::string() : m_network->currentText().toStdString();
    return options;
}

void NetworkForm::takeEdit()
{
    if (m_isFilling)
        return;
    const auto variant = nn::variantFrom(variantWords().toStdString());
    if (!variant)
        m_problem->setText(QStringLiteral("<span style='color:%1'>%2</span>")
                               .arg(widgets::themeOf(palette()).bad.name(),
                                    QString::fromStdString(variant.error().problem).toHtmlEscaped()));
    m_problem->setVisible(!variant);
    if (variant)
        emit edited();
}

} // namespace reslens::gui
