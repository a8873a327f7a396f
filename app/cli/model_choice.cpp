#include "cli/model_choice.h"

#include "cli/report.h"
#include "zoo/embedded.h"
#include "zoo/open_model.h"

namespace reslens::cli {

namespace {

void addSettings(Arguments &arguments, bool isPreprocess)
{
    for (const zoo::Setting &setting : zoo::settings())
        if (setting.isPreprocess == isPreprocess)
            arguments.add({setting.key}, setting.meaning, setting.value);
}

} // namespace

void addCheckpointOptions(Arguments &arguments)
{
    addSettings(arguments, false);
}

void addPreprocessOptions(Arguments &arguments)
{
    addSettings(arguments, true);
}

void addModelOptions(Arguments &arguments)
{
    arguments.add({"m", "model"}, "An embedded network's name (see `reslens-cli models list`) or a checkpoint file.",
                  "MODEL");
    addCheckpointOptions(arguments);
}

Result<zoo::ModelSettings> settingsOf(const Arguments &arguments, qsizetype model, qsizetype models)
{
    zoo::SettingWords words;
    for (const zoo::Setting &setting : zoo::settings()) {
        const QStringList values = arguments.each(setting.key);
        if (values.size() > 1 && values.size() != models)
            return fail(ErrorKind::InvalidInput, {},
                        QStringLiteral("--%1 is given %2 times for %3 models; once is for all of them")
                            .arg(setting.key)
                            .arg(values.size())
                            .arg(models)
                            .toStdString());
        const QString value = values.size() > 1 ? values[model] : values.value(0);
        if (!value.isEmpty() || (values.size() == 1 && models == 1))
            words.emplace(setting.key, value.toStdString());
    }
    return zoo::settingsFrom(words);
}

Result<std::shared_ptr<const nn::Model>> openModel(const Arguments &arguments)
{
    if (arguments.has("model"))
        return openModel(arguments, arguments.value("model"));
    const auto embedded = zoo::embeddedModels();
    if (embedded.empty())
        return fail(ErrorKind::NotFound, {}, "no network is embedded in this build: name a checkpoint with --model");
    return openModel(arguments, QString::fromStdString(embedded.front().name));
}

Result<std::shared_ptr<const nn::Model>> openModel(const Arguments &arguments, const QString &nameOrPath)
{
    auto model = zoo::openModel(nameOrPath.toStdString(), TRY(settingsOf(arguments)));
    if (model && !arguments.isQuiet())
        for (const std::string &text : (*model)->notes)
            note(QString::fromStdString(text));
    return model;
}

session::DeviceRequest deviceRequest(const Arguments &arguments)
{
    session::DeviceRequest request;
    request.device = arguments.value("device").toStdString();
    request.hasHalfWeights = arguments.has("half");
    if (!arguments.isQuiet())
        request.onNote = [](const std::string &text) { note(QString::fromStdString(text)); };
    return request;
}

Result<std::unique_ptr<nn::Executor>> openExecutor(const Arguments &arguments, std::shared_ptr<const nn::Model> model)
{
    return session::chooseExecutor(std::move(model), deviceRequest(arguments));
}

void noteEconomies(const Arguments &arguments, const nn::Executor &executor)
{
    if (arguments.isQuiet())
        return;
    const QString model = QString::fromStdString(executor.model().name);
    for (const std::string &economy : executor.economies())
        note(QStringLiteral("%1: to spare memory, %2").arg(model, QString::fromStdString(economy)));
}

Result<std::unique_ptr<nn::Executor>> openReference(std::shared_ptr<const nn::Model> model)
{
    session::DeviceRequest request;
    request.device = "cpu";
    return session::chooseExecutor(std::move(model), request);
}

} // namespace reslens::cli
