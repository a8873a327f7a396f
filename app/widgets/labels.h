// Lines of text: one shortened to fit, a message bar, a proof in small print.
#pragma once

#include <QFrame>
#include <QLabel>
#include <QTimer>
#include <QWidget>

#include <optional>

namespace reslens::widgets {

/// One line of text, shortened in the middle to fit. The tool tip has the whole text.
class ElidedLabel : public QWidget {
    Q_OBJECT

public:
    using QWidget::QWidget;

    void setText(const QString &text);
    const QString &text() const { return m_text; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_text;
};

/// A message to the person inside the window: an error, or something that was done.
class MessageBar : public QFrame {
    Q_OBJECT

public:
    explicit MessageBar(QWidget *parent = nullptr);

    /// Stays until it is closed or replaced.
    void showProblem(const QString &message);
    /// Disappears by itself.
    void showNotice(const QString &message);
    QString message() const { return m_text->text(); }

private:
    void showMessage(const QString &message, const QString &kind);

    QLabel *m_text;
    QTimer m_leave;
};

enum class Verdict { Good, Doubtful, Bad };

/// Judges a completeness residual |sum of parts - whole| / |whole|. It is good if fp32 explains it, and doubtful if it
/// is not defined.
Verdict verdictOf(std::optional<double> residual);

/// The proof of an exact decomposition in small print: a dot that is green, amber or red, and the numbers.
class ProofLine : public QWidget {
    Q_OBJECT

public:
    explicit ProofLine(QWidget *parent = nullptr);

    /// Takes "sum of parts 7.8123 = logit 7.8123, residual 3e-07". The tool tip explains the colour in words.
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

/// Returns "3e-07", or "not defined".
QString residualText(std::optional<double> residual);

} // namespace reslens::widgets
