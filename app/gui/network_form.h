// The controls of what tensors cannot say of a network: which of a file's networks it is, its variant, its outputs.
#pragma once

#include "nn/model.h"
#include "weights/model_from_checkpoint.h"

#include <QWidget>

#include <vector>

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;

namespace reslens::gui {

class NetworkForm : public QWidget {
    Q_OBJECT

public:
    explicit NetworkForm(QWidget *parent = nullptr);

    /// Shows what the person has set of `model`. Does not emit edited().
    void show(const nn::Model &model, const weights::ModelOptions &options);
    /// `options` with what the controls say; empty while a text in them is wrong.
    std::optional<weights::ModelOptions> applied(weights::ModelOptions options) const;

signals:
    void edited(); // by the person

private:
    QComboBox *addChoice(QFormLayout *form, const QString &label, const QString &key, const QStringList &values);
    QString variantWords() const;
    void takeEdit();

    struct Choice {
        QString key; // of --variant
        QComboBox *box;
    };
    std::vector<Choice> m_choices;
    QComboBox *m_network, *m_activation;
    QLineEdit *m_dilated, *m_eps;
    QLabel *m_problem;
    bool m_isFilling = false;
};

} // namespace reslens::gui
