#include "gui/report_facts.h"

#include "models/tr.h"
#include "pages/objective_bar.h"
#include "session/session.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace reslens::gui {

namespace {

QString number(double value)
{
    return QString::number(value, 'g', 4);
}

QString pictureText(const session::Picture &picture)
{
    const QString where = picture.path.isEmpty() ? picture.name : picture.path;
    return tr("%1, %2 × %3 pixels") // one arg() call: a file name may contain %2
        .arg(where, QString::number(picture.image.width()), QString::number(picture.image.height()));
}

QString modelText(const nn::Model &model)
{
    return tr("%1 (%2, %3 parameters, preprocessing: %4)")
        .arg(QString::fromStdString(model.path.empty() ? model.name : model.path),
             QString::fromStdString(model.network.architecture.name),
             QString::number(nn::parameterCount(model.network)), QString::fromStdString(model.preprocess.source));
}

QString scalesText(const session::Session &session)
{
    if (!session.scales().isChanged())
        return tr("as trained: α = β = 1 in every block");
    QStringList changed;
    for (std::size_t b = 0; b < session.scales().scales().size(); ++b)
        if (const nn::BlockScale scale = session.scales().of(int(b)); scale != nn::BlockScale{})
            changed << tr("%1: α = %2, β = %3")
                           .arg(QString::fromStdString(session.model()->network.blocks[b].name), number(scale.alpha),
                                number(scale.beta));
    return changed.join("; ");
}

/// Returns the largest |skip share + branch share - 1| of `blocks`; empty if no share is defined.
template <typename Blocks>
std::optional<double> largestGap(const Blocks &blocks)
{
    std::optional<double> largest;
    for (const auto &block : blocks)
        if (block.skipShare.isDefined && block.branchShare.isDefined)
            largest = std::max(largest.value_or(0), std::abs(block.skipShare.value + block.branchShare.value - 1));
    return largest;
}

QString gapText(const std::optional<double> &gap)
{
    return gap ? tr("differs from 1 by at most %1").arg(number(*gap)) : tr("not defined");
}

QString ledgerText(const analysis::Ledger &ledger)
{
    const analysis::Completeness &total = ledger.total;
    return tr("%1 of %2; residual %3")
        .arg(number(total.sum), number(total.whole),
             total.residual.isDefined ? number(total.residual.value) : tr("not defined"));
}

QString selectionText(const session::Session &session)
{
    QString text = QString::fromStdString(session::positionName(session.model()->network, session.position()));
    if (session.tap())
        text += tr(", tensor %1, channel %2").arg(QString::fromStdString(session.tap()->name)).arg(session.channel());
    return text;
}

} // namespace

std::vector<ReportFact> factsOf(session::Session &session, const ReportHashes &hashes, const analysis::Ledger *ledger,
                                const QString &whyNoLedger)
{
    std::vector<ReportFact> facts{{tr("Picture"), pictureText(session.picture())}};
    if (!hashes.picture.isEmpty())
        facts.push_back({tr("Picture’s SHA-256"), hashes.picture});
    facts.push_back({tr("Model"), modelText(*session.model())});
    facts.push_back({tr("Model’s settings"),
                     session.settings().isEmpty() ? tr("none: all is as the file says") : session.settingsText()});
    if (!hashes.model.isEmpty())
        facts.push_back({tr("Model’s SHA-256"), hashes.model});
    const nn::DeviceInfo &device = session.device();
    facts.push_back({tr("Device"),
                     QString::fromStdString(device.driver.empty() ? device.name : device.name + ", " + device.driver)});
    facts.push_back({tr("Objective"), pages::objectiveText(session)});
    facts.push_back({tr("Scales"), scalesText(session)});
    facts.push_back({tr("Selected"), selectionText(session)});
    if (const auto contributions = session.numbers().contributions())
        facts.push_back({tr("Skip share + branch share"), gapText(largestGap(*contributions))});
    if (const auto flow = session.numbers().flow())
        facts.push_back({tr("The same of the gradient"), gapText(largestGap(flow->blocks))});
    facts.push_back({tr("The ledger explains"), ledger ? ledgerText(*ledger) : whyNoLedger});
    facts.push_back(
        {tr("Made with"),
         tr("ResLens %1, Qt %2").arg(QCoreApplication::applicationVersion(), QString::fromLatin1(qVersion()))});
    return facts;
}

} // namespace reslens::gui
