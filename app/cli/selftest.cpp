// reslens-cli selftest: compares this device with the CPU reference, layer by layer, forward and backward.
#include "selftest/selftest.h"

#include "cli/arguments.h"
#include "cli/model_choice.h"
#include "cli/report.h"
#include "nn/generated_parameters.h"

#include <cmath>

namespace reslens::cli {

namespace {

using selftest::Check;
using selftest::Pass;

const char *passName(Pass pass)
{
    return pass == Pass::Forward ? "forward" : "backward";
}

/// JSON has no infinity: an error without bound, such as that of a NaN, is null.
Json numberJson(double value)
{
    return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json checkJson(const Check &check)
{
    return {{"pass", passName(check.pass)},
            {"place", check.place},
            {"tensor", check.tensor},
            {"error", numberJson(check.difference.relative)},
            {"tolerance", check.tolerance},
            {"passed", check.isGood()},
            {"made_by", check.maker},
            {"worst_element", check.difference.at},
            {"found", numberJson(check.difference.found)},
            {"expected", check.difference.expected}};
}

Json worstJson(const selftest::Report &report, Pass pass)
{
    const Check *worst = report.worst(pass);
    return {{"largest_error", numberJson(worst->difference.relative)}, {"at", worst->tensor}};
}

Json reportJson(const nn::Executor &executor, const nn::Executor &reference, const selftest::Report &report)
{
    Json checks = Json::array();
    for (const Check &check : report.checks)
        checks.push_back(checkJson(check));
    const Check *wrong = report.firstWrong();
    return {{"model", executor.model().name},
            {"device", executor.device().name},
            {"reference", reference.device().name},
            {"passed", report.isGood()},
            {"wrong", wrong ? checkJson(*wrong) : Json(nullptr)},
            {"forward", worstJson(report, Pass::Forward)},
            {"backward", worstJson(report, Pass::Backward)},
            {"decisions", {{"count", report.choices}, {"different", report.differingChoices}}},
            {"checks", checks}};
}

/// Returns the worst tensor of `pass` at `place`, as "2.1e-07 layer1.0.bn2"; "-" if there is none.
QString worstText(const selftest::Report &report, const std::string &place, Pass pass)
{
    selftest::Report here;
    for (const Check &check : report.checks)
        if (check.place == place)
            here.checks.push_back(check);
    const Check *worst = here.worst(pass);
    return worst ? QStringLiteral("%1 %2")
                       .arg(worst->difference.relative, 7, 'e', 1)
                       .arg(QString::fromStdString(worst->tensor), -28)
                 : QStringLiteral("-");
}

QString reportText(const nn::Executor &executor, const nn::Executor &reference, const selftest::Report &report)
{
    QString text =
        QStringLiteral("%1 on %2 against %3\nlargest relative errors\n")
            .arg(QString::fromStdString(executor.model().name), QString::fromStdString(executor.device().name),
                 QString::fromStdString(reference.device().name));
    text += QStringLiteral("%1 %2 backward\n").arg("place", -11).arg("forward", -36);
    std::string last;
    for (const Check &check : report.checks) {
        if (check.pass == Pass::Backward)
            break;
        if (std::exchange(last, check.place) != check.place)
            text += QStringLiteral("%1 %2 %3\n")
                        .arg(QString::fromStdString(check.place), -11)
                        .arg(worstText(report, check.place, Pass::Forward), -36)
                        .arg(worstText(report, check.place, Pass::Backward).trimmed());
    }
    text += QStringLiteral("%1 of %2 decisions of ReLUs and max-pools fell differently\n")
                .arg(report.differingChoices)
                .arg(report.choices);
    if (report.isGood())
        text += QStringLiteral("passed: %1 tensors agree\n").arg(report.checks.size());
    return text;
}

Error wrongLayer(const Check &check)
{
    const auto number = [](double value) { return QString::number(value, 'g', 2).toStdString(); };
    return {ErrorKind::Device, check.tensor,
            std::string("wrong in the ") + passName(check.pass) + " pass: the relative error is " +
                number(check.difference.relative) + ", rounding explains " + number(check.tolerance) +
                "; what it is made from agrees (" + check.maker + ")",
            std::nullopt};
}

/// Prints the result, and returns the first wrong tensor as an error.
Result<void> run(const Arguments &arguments)
{
    const std::shared_ptr<const nn::Model> model = TRY(openModel(arguments));
    const std::unique_ptr<nn::Executor> executor = TRY(openExecutor(arguments, model));
    const std::unique_ptr<nn::Executor> reference = TRY(openReference(model));
    if (!executor->device().isVulkan && !arguments.isQuiet())
        note("no Vulkan device is used: the reference is compared with itself");
    const int side = model->preprocess.crop;
    const auto report = TRY(selftest::selftest(*executor, *reference, nn::generateInput({1, 3, side, side})));
    if (arguments.wantsJson())
        printJson(reportJson(*executor, *reference, report));
    else
        print(reportText(*executor, *reference, report));
    if (const Check *wrong = report.firstWrong())
        return tl::unexpected(wrongLayer(*wrong));
    return {};
}

} // namespace

int selfTest(const Command &self, const QStringList &given)
{
    Arguments arguments(self, "");
    addModelOptions(arguments);
    if (const auto over = arguments.parse(given))
        return *over;
    if (!arguments.positional().isEmpty())
        return arguments.wrong("takes no further arguments");
    if (arguments.has("half"))
        return arguments.wrong("--half: kernels are judged by what fp32 weights give");
    const auto ran = run(arguments);
    return ran ? int(kDone) : failed(ran.error());
}

} // namespace reslens::cli
