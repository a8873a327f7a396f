// What an exact decomposition proves about itself, in small print: a dot that is green, amber or red, and the numbers.
#pragma once

#include <QLabel>

#include <optional>

namespace reslens::widgets {

enum class Verdict { Good, Doubtful, Bad };

/// Of a completeness residual |sum of parts - whole| / |whole|: what fp32 leaves is good. Not defined: doubtful.
Verdict verdictOf(std::optional<double> residual);

class ProofLine : public QWidget {
    Q_OBJECT

public:
    explicit ProofLine(QWidget *parent = nullptr);

    /// "sum of parts 7.8123 = logit 7.8123, residual 3e-07"; the tool tip says in words what the colour means.
    void setProof(const QString &text, Verdict verdict);
    void clear();

    QString text() const { return m_text->text(); }
    Verdict verdict() const { return m_verdict; }

protected:
    void changeEvent(QEvent *event) override;

private:
    void paintDot();

    QLabel *m_dot, *m_text;
    Verdict m_verdict = Verdict::Good;
};

/// "3e-07", or "not defined".
QString residualText(std::optional<double> residual);

} // namespace reslens::widgets
