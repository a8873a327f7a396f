#include "models/block_text.h"

#include "models/table.h"

namespace reslens::models {

namespace {

/// Returns the quantities to show. The scales are shown separately.
std::vector<const study::Quantity *> told(const study::BlockFacts &facts)
{
    std::vector<const study::Quantity *> found;
    for (const study::Quantity &quantity : study::quantities())
        if (quantity.show.detail != study::Detail::Full && quantity.needs != study::Needs::Scales &&
            quantity.isKnown(facts))
            found.push_back(&quantity);
    return found;
}

QString valueOrReason(const study::Quantity &quantity, const study::BlockFacts &facts)
{
    return wordsOf(quantity.value(facts));
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

/// Explains the hatched bars.
QStringList opposition(const study::BlockFacts &numbers)
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

QString tableOf(const study::BlockFacts &numbers)
{
    QString rows;
    for (const study::Quantity *quantity : told(numbers))
        rows += QStringLiteral("<tr><td>%1</td><td align='right'><b>&nbsp;%2&nbsp;</b></td><td>%3</td></tr>")
                    .arg(nameOf(*quantity), valueOrReason(*quantity, numbers), formulaOf(*quantity).toHtmlEscaped());
    return rows.isEmpty() ? QString() : QStringLiteral("<table cellspacing='2'>%1</table>").arg(rows);
}

} // namespace

QStringList complaintsOf(const study::BlockFacts &numbers)
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

QString tooltipOf(const BlockRow &row, const study::BlockFacts &numbers)
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

QString spokenTextOf(const BlockRow &row, const study::BlockFacts &numbers)
{
    QStringList parts{row.name};
    parts << description(row) << complaintsOf(numbers) << opposition(numbers);
    if (const QString scale = scaleText(numbers.scale); !scale.isEmpty())
        parts << scale;
    for (const study::Quantity *quantity : told(numbers))
        parts << nameOf(*quantity) + u' ' + valueOrReason(*quantity, numbers);
    return parts.join(QStringLiteral("\n"));
}

} // namespace reslens::models
