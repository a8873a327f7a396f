#include "cli/inspection_text.h"

#include "cli/block_json.h"

#include <QStringList>

namespace reslens::cli {

namespace {

QString text(const std::string &value)
{
    return QString::fromStdString(value);
}

/// In nine columns; "-" for what is not defined.
QString cell(const analysis::Ratio &ratio)
{
    return ratio.isDefined ? QStringLiteral("%1").arg(ratio.value, 9, 'f', 3) : QStringLiteral("%1").arg("-", 9);
}

QString cell(double value)
{
    return QStringLiteral("%1").arg(value, 9, 'g', 3);
}

QString heading(const char *what, const QStringList &columns)
{
    QString line = QStringLiteral("\n%1").arg(what, -11);
    for (const QString &column : columns)
        line += QStringLiteral("%1").arg(column, 9);
    return line;
}

QString objectiveText(const Inspection &found, const nn::Model &model)
{
    const nn::ImageObjective &objective = found.flow.objective;
    QString line = QStringLiteral("J = %1 of '%2'")
                       .arg(text(nn::name(found.objective.kind)), text(model.labels[std::size_t(objective.target)]));
    if (objective.against >= 0)
        line += QStringLiteral(" against '%1'").arg(text(model.labels[std::size_t(objective.against)]));
    return line + QStringLiteral(" = %1\n").arg(objective.value, 0, 'g', 6);
}

QString forwardText(const Inspection &found, const nn::Model &model)
{
    QString table =
        heading("forward", {"skip", "branch", "|F|/|s|", "cos(s,F)", "cos(x,y)", "clipped", "rms u"}) + "  shape\n";
    for (std::size_t b = 0; b < found.contributions.size(); ++b) {
        const analysis::BlockContribution &it = found.contributions[b];
        table += QStringLiteral("%1").arg(text(it.name), -11);
        for (const analysis::Ratio &ratio :
             {it.skipShare, it.branchShare, it.residualRatio, it.alignment, it.refinement, it.clippedShare})
            table += cell(ratio);
        table += cell(it.u.rms) + "  " + blockText(model.network.blocks[b], found.trace->shapes());
        table += it.complaint.empty() ? it.isDead ? "  dead\n" : "\n" : "  " + text(it.complaint) + "\n";
    }
    return table;
}

QString gradientText(const Inspection &found)
{
    QString table = heading("gradient", {"skip", "branch", "angle", "gain", "|g_y|", "|g_s|", "|g_F|", "|g_x|"}) +
                    (found.ledger ? "   ledger\n" : "\n");
    for (std::size_t b = 0; b < found.flow.blocks.size(); ++b) {
        const analysis::BlockFlow &it = found.flow.blocks[b];
        table += QStringLiteral("%1").arg(text(it.name), -11);
        for (const analysis::Ratio &ratio : {it.skipShare, it.branchShare, it.angle, it.gain})
            table += cell(ratio);
        for (const analysis::Magnitude &magnitude : {it.gy, it.gs, it.gF, it.gx})
            table += cell(magnitude.norm);
        if (found.ledger)
            table += cell(found.ledger->blocks[b].branch);
        table += it.complaint.empty() ? "\n" : "  " + text(it.complaint) + "\n";
    }
    return table + QStringLiteral("|dJ/d input| = %1\n").arg(found.flow.input.norm, 0, 'g', 4);
}

QString ledgerText(const analysis::Ledger &ledger)
{
    double blocks = 0;
    for (const analysis::LedgerEntry &entry : ledger.blocks)
        blocks += entry.branch;
    return QStringLiteral("\nledger: bias %1 + stem %2 + blocks %3 + projections %4 = %5, the %6 is %7\n")
        .arg(ledger.bias, 0, 'f', 4)
        .arg(ledger.stem, 0, 'f', 4)
        .arg(blocks, 0, 'f', 4)
        .arg(ledger.projections, 0, 'f', 4)
        .arg(ledger.total.sum, 0, 'f', 4)
        .arg(ledger.against < 0 ? "logit" : "difference of the logits")
        .arg(ledger.total.whole, 0, 'f', 4);
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
           (found.ledger ? ledgerText(*found.ledger) : QString()) + (found.paths ? pathsText(*found.paths) : QString());
}

} // namespace reslens::cli
