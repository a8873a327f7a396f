#include "widgets/labels.h"

#include "widgets/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>
#include <QStyle>
#include <QToolButton>

#include <cmath>

namespace reslens::widgets {

void ElidedLabel::setText(const QString &text)
{
    if (text == m_text)
        return;
    m_text = text;
    setToolTip(text);
    setAccessibleName(text);
    updateGeometry();
    update();
}

QSize ElidedLabel::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(m_text), fontMetrics().height()};
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {40, fontMetrics().height()};
}

void ElidedLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setPen(themeOf(palette()).muted);
    painter.drawText(rect(), Qt::AlignLeft | Qt::AlignVCenter,
                     fontMetrics().elidedText(m_text, Qt::ElideMiddle, width()));
}

namespace {

constexpr int kNoticeMs = 6000;

} // namespace

MessageBar::MessageBar(QWidget *parent) : QFrame(parent), m_text(new QLabel(this))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(12, 6, 6, 6);
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    row->addWidget(m_text, 1);
    auto *close = new QToolButton(this);
    close->setObjectName("quiet");
    close->setText(QStringLiteral("✕"));
    close->setToolTip(tr("Close this message"));
    close->setAccessibleName(tr("Close this message"));
    row->addWidget(close, 0, Qt::AlignTop);
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    m_leave.setSingleShot(true);
    connect(&m_leave, &QTimer::timeout, this, &QWidget::hide);
    hide();
}

void MessageBar::showProblem(const QString &message)
{
    m_leave.stop();
    showMessage(message, "message");
}

void MessageBar::showNotice(const QString &message)
{
    if (isVisible() && objectName() == "message")
        return; // a notice must not cover a problem
    m_leave.start(kNoticeMs);
    showMessage(message, "notice");
}

void MessageBar::showMessage(const QString &message, const QString &kind)
{
    setObjectName(kind); // selects the colours in the style sheet
    style()->unpolish(this);
    style()->polish(this);
    m_text->setText(message);
    setAccessibleName(message);
    show();
}

namespace {

constexpr double kGood = 1e-4; // limit of docs/decompositions.md
constexpr double kBad = 1e-2;  // too far off for rounding

} // namespace

Verdict verdictOf(std::optional<double> residual)
{
    if (!residual)
        return Verdict::Doubtful;
    if (!std::isfinite(*residual) || *residual > kBad)
        return Verdict::Bad;
    return *residual <= kGood ? Verdict::Good : Verdict::Doubtful;
}

QString residualText(std::optional<double> residual)
{
    return residual ? QString::number(*residual, 'g', 1) : ProofLine::tr("not defined");
}

ProofLine::ProofLine(QWidget *parent) : QWidget(parent), m_dot(new QLabel(this)), m_text(new QLabel(this))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    row->addWidget(m_dot);
    row->addWidget(m_text, 1);
    m_text->setObjectName("muted");
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    setAccessibleName(tr("Proof of completeness"));
    clear();
}

void ProofLine::setProof(const QString &text, Verdict verdict)
{
    m_verdict = verdict;
    m_text->setText(text);
    const QString meaning =
        verdict == Verdict::Good       ? tr("Green: the parts add up to the whole, within what fp32 rounds (1e-4)")
        : verdict == Verdict::Doubtful ? tr("Amber: off by more than fp32's rounding (1e-4), or not defined")
                                       : tr("Red: the parts do not add up to the whole; do not trust this view");
    setToolTip(meaning);
    setAccessibleDescription(text + ". " + meaning);
    paintDot();
    m_dot->show();
}

void ProofLine::clear()
{
    m_text->clear();
    m_dot->hide();
    setToolTip({});
    setAccessibleDescription({});
}

void ProofLine::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (m_dot && (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange))
        paintDot();
}

void ProofLine::paintDot()
{
    const Theme &theme = themeOf(palette());
    const int side = fontMetrics().ascent();
    QPixmap dot(QSize(side, side) * devicePixelRatioF());
    dot.setDevicePixelRatio(devicePixelRatioF());
    dot.fill(Qt::transparent);
    QPainter painter(&dot);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_verdict == Verdict::Good       ? theme.good
                     : m_verdict == Verdict::Doubtful ? theme.warning
                                                      : theme.bad);
    painter.drawEllipse(QRectF(1, 1, side - 2, side - 2));
    painter.end();
    m_dot->setPixmap(dot);
}

} // namespace reslens::widgets
