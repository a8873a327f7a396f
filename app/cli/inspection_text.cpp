#include "cli/inspection_text.h"

#include "cli/answer_parts.h"
#include "study/quantity.h"

#include <algorithm>

namespace reslens::cli {

namespace {

QString text(const std::string &value)
{
    return QString::fromStdString(value);
}

/// "-" stands for a value that is not defined.
QString numberText(const study::Quantity &quantity, const study::BlockFacts &facts)
{
    const std::optional<double> value = quantity.value(facts);
    return value ? QString::number(*value, 'g', 3) : QStringLiteral("-");
}

/// Prints the quantities of `needs` that fit, under two lines of names. `end` gives the block's row and its end.
template <typename End>
QString blocksText(study::Needs needs, const std::vector<study::BlockFacts> &blocks, const QString &lastHeading,
                   End end)
{
    constexpr int kFirst = 11, kGap = 2, kNumber = 9; // characters
    QString upper = QStringLiteral("\n%1").arg("", -kFirst),
            lower = QString(study::sectionOf(needs)).leftJustified(kFirst);
    std::vector<std::pair<const study::Quantity *, int>> columns;
    for (const study::Quantity *quantity : study::quantitiesOf(needs)) {
        if (quantity->show.detail != study::Detail::Brief)
            continue;
        const QString name = text(study::shortNameOf(*quantity));
        const int space = int(name.lastIndexOf(u' '));
        const int width = std::max<int>({kNumber, space + kGap, int(name.size()) - space - 1 + kGap});
        upper += name.left(std::max(space, 0)).rightJustified(width);
        lower += name.mid(space + 1).rightJustified(width);
        columns.emplace_back(quantity, width);
    }
    QString table = upper + "\n" + lower + lastHeading + "\n";
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        table += text(blocks[b].forward ? blocks[b].forward->name : blocks[b].gradient->name).leftJustified(kFirst);
        for (const auto &[quantity, width] : columns)
            table += numberText(*quantity, blocks[b]).rightJustified(width);
        table += end(b) + "\n";
    }
    return table;
}

QString objectiveText(const Inspection &found, const nn::Model &model)
{
    const nn::ImageObjective &objective = found.flow.objective;
    QString line =
        QStringLiteral("J = %1 of '%2'")
            .arg(text(nn::wordsOf(found.objective.kind).name), text(model.labels[std::size_t(objective.target)]));
    if (objective.against >= 0)
        line += QStringLiteral(" against '%1'").arg(text(model.labels[std::size_t(objective.against)]));
    return line + QStringLiteral(" = %1\n").arg(objective.value, 0, 'g', 6);
}

QString forwardText(const Inspection &found, const nn::Model &model)
{
    return blocksText(study::Needs::Forward, study::factsOf(found.contributions), "  shape", [&](std::size_t b) {
        const analysis::BlockContribution &it = found.contributions[b];
        return "  " + blockText(model.network.blocks[b], found.trace().shapes()) +
               (it.complaint.empty() ? QString(it.isDead ? "  dead" : "") : "  " + text(it.complaint));
    });
}

QString gradientText(const Inspection &found)
{
    return blocksText(study::Needs::Gradient, study::factsOf(found.flow), found.ledger ? "   ledger" : "",
                      [&](std::size_t b) {
                          const std::string &complaint = found.flow.blocks[b].complaint;
                          return (found.ledger ? QStringLiteral("%1").arg(found.ledger->blocks[b].branch, 9, 'g', 3)
                                               : QString()) +
                                 (complaint.empty() ? QString() : "  " + text(complaint));
                      }) +
           QStringLiteral("|dJ/d input| = %1\n").arg(found.flow.input.norm, 0, 'g', 4);
}

QString ledgerText(const analysis::Ledger &ledger)
{
    double blocks = 0;
    for (const analysis::LedgerEntry &entry : ledger.blocks)
        blocks += entry.branch;
    const QString head = ledger.headIsGradient
                             ? QStringLiteral("the head has several layers: its gradient stands for it, and the bias "
                                              "is the rest\n")
                             : QString();
    return QStringLiteral("\nledger: bias %1 + stem %2 + blocks %3 + projections %4 = %5, the %6 is %7\n")
               .arg(ledger.bias, 0, 'f', 4)
               .arg(ledger.stem, 0, 'f', 4)
               .arg(blocks, 0, 'f', 4)
               .arg(ledger.projections, 0, 'f', 4)
               .arg(ledger.total.sum, 0, 'f', 4)
               .arg(ledger.against < 0 ? "logit" : "difference of the logits")
               .arg(ledger.total.whole, 0, 'f', 4) +
           head;
}

QString pathsText(const analysis::PathGradients &paths)
{
    QString text = QStringLiteral("\ngradient at the stem's output through paths of each length; their sum is the "
                                  "gradient within %1\n")
                       .arg(paths.residual.value, 0, 'e', 1);
    for (std::size_t k = 0; k < paths.norms.size(); ++k)
        text += QStringLiteral("%1 branches %2  of 10^%3 paths\n")
                    .arg(k, 3)
                    .arg(paths.norms[k], 9, 'g', 3)
                    .arg(paths.log10Counts[k], 0, 'f', 1);
    return text;
}

} // namespace

QString inspectionText(const Inspection &found, const nn::Model &model)
{
    return objectiveText(found, model) + forwardText(found, model) + gradientText(found) +
           (found.ledger ? ledgerText(*found.ledger) : QString()) +
           (found.whyNoLedger.empty() ? QString() : "\n" + QString::fromStdString(found.whyNoLedger) + "\n") +
           (found.paths ? pathsText(*found.paths) : QString());
}

} // namespace reslens::cli
