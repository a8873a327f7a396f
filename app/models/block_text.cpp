#include "models/block_text.h"

namespace reslens::models {

namespace {

bool isKnown(const BlockQuantity &quantity, const BlockNumbers &numbers)
{
    switch (quantity.needs) {
    case BlockQuantity::Needs::Forward:
        return numbers.forward;
    case BlockQuantity::Needs::Gradient:
        return numbers.gradient;
    case BlockQuantity::Needs::Nothing:
        break;
    }
    return false; // scales are told apart from the numbers
}

QString valueOrReason(const BlockQuantity &quantity, const BlockNumbers &numbers)
{
    const std::optional<double> value = quantity.value(numbers);
    return value ? numberText(*value) : BlockModel::tr("not defined");
}

QString factorText(const QString &what, float factor)
{
    return factor == 0 ? BlockModel::tr("%1 cut").arg(what)
                       : QStringLiteral("%1 ×%2").arg(what).arg(double(factor), 0, 'g', 3);
}

bool isOpposed(const analysis::Ratio &share)
{
    return share.isDefined && (share.value < 0 || share.value > 1);
}

/// What the hatched bars mean.
QStringList opposition(const BlockNumbers &numbers)
{
    QStringList notes;
    if (numbers.forward && isOpposed(numbers.forward->branchShare))
        notes << BlockModel::tr("skip and branch oppose each other in u: one share is negative");
    if (numbers.gradient && isOpposed(numbers.gradient->branchShare))
        notes << BlockModel::tr("the gradients through skip and branch oppose each other: one share is negative");
    return notes;
}

QStringList description(const BlockRow &row)
{
    QStringList lines{planeText(row.shape), row.operations};
    if (row.kind == BlockRow::Kind::Block)
        lines << skipText(row.skip);
    return lines;
}

QString tableOf(const BlockNumbers &numbers)
{
    QString rows;
    for (const BlockQuantity &quantity : blockQuantities())
        if (!quantity.isNothing() && isKnown(quantity, numbers))
            rows += QStringLiteral("<tr><td>%1</td><td align='right'><b>&nbsp;%2&nbsp;</b></td><td>%3</td></tr>")
                        .arg(quantity.name, valueOrReason(quantity, numbers), quantity.formula);
    return rows.isEmpty() ? QString() : QStringLiteral("<table cellspacing='2'>%1</table>").arg(rows);
}

} // namespace

QStringList complaintsOf(const BlockNumbers &numbers)
{
    QStringList complaints;
    if (numbers.forward && !numbers.forward->complaint.empty())
        complaints << QString::fromStdString(numbers.forward->complaint);
    if (numbers.forward && numbers.forward->isDead)
        complaints << BlockModel::tr("dead: y is 0 everywhere");
    if (numbers.gradient && !numbers.gradient->complaint.empty())
        complaints << QString::fromStdString(numbers.gradient->complaint);
    return complaints;
}

QString scaleText(const nn::BlockScale &scale)
{
    QStringList parts;
    if (scale.alpha != 1)
        parts << factorText(BlockModel::tr("skip"), scale.alpha);
    if (scale.beta != 1)
        parts << factorText(BlockModel::tr("branch"), scale.beta);
    return parts.join(QStringLiteral(", "));
}

QString tooltipOf(const BlockRow &row, const BlockNumbers &numbers)
{
    QString text = QStringLiteral("<b>%1</b>").arg(row.name);
    for (const QString &line : description(row))
        text += QStringLiteral("<br>") + line.toHtmlEscaped();
    if (const QString scale = scaleText(numbers.scale); !scale.isEmpty())
        text += QStringLiteral("<br><b>%1</b>").arg(scale);
    for (const QString &complaint : complaintsOf(numbers))
        text += QStringLiteral("<br><b>⚠ %1</b>").arg(complaint.toHtmlEscaped());
    for (const QString &note : opposition(numbers))
        text += QStringLiteral("<br>") + note;
    return text + tableOf(numbers);
}

QString spokenTextOf(const BlockRow &row, const BlockNumbers &numbers)
{
    QStringList parts{row.name};
    parts << description(row) << complaintsOf(numbers) << opposition(numbers);
    if (const QString scale = scaleText(numbers.scale); !scale.isEmpty())
        parts << scale;
    for (const BlockQuantity &quantity : blockQuantities())
        if (!quantity.isNothing() && isKnown(quantity, numbers))
            parts << quantity.name + u' ' + valueOrReason(quantity, numbers);
    return parts.join(QStringLiteral("\n"));
}

} // namespace reslens::models
