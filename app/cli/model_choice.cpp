#include "cli/model_choice.h"

#include "cli/report.h"
#include "zoo/embedded.h"
#include "zoo/labels.h"
#include "zoo/open_model.h"

namespace reslens::cli {

void addCheckpointOptions(Arguments &arguments)
{
    arguments.add({"arch"}, "The checkpoint's architecture, instead of inferring it: resnet50, resnet20, …", "NAME");
    arguments.add(
        {"variant"},
        "What the checkpoint's tensors cannot say: pool=max|none, stride=conv1|conv2, dilate=STAGES, eps=NUMBER; "
        "pool=none,dilate=3,4",
        "KEY=VALUE,…");
    arguments.add(
        {"activation"},
        "What makes probabilities of the outputs: softmax, sigmoid (each class by itself) or none; without it "
        "sigmoid for a single output, else softmax.",
        "NAME");
    arguments.add({"weights"}, "Which network of a file that holds several: state_dict_ema, module.encoder_k, …",
                  "PATH.IN.FILE");
    arguments.add({"labels"}, "A file of class names: one a line, CSV or JSON.", "FILE");
}

void addModelOptions(Arguments &arguments)
{
    arguments.add({"m", "model"}, "An embedded network's name (see `reslens-cli models list`) or a checkpoint file.",
                  "MODEL");
    addCheckpointOptions(arguments);
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
    weights::ModelOptions options;
    options.architecture = arguments.value("arch").toStdString();
    options.variant = TRY(nn::variantFrom(arguments.value("variant").toStdString()));
    if (const std::string name = arguments.value("activation").toStdString(); arguments.has("activation")) {
        options.activation = nn::activationNamed(name);
        if (!options.activation)
            return fail(ErrorKind::InvalidInput, {}, "--activation is softmax, sigmoid or none, not '" + name + "'");
    }
    options.network = arguments.value("weights").toStdString();
    options.labelsFile = arguments.value("labels").toStdString();
    if (arguments.has("labels"))
        options.labels = TRY(zoo::readLabels(arguments.value("labels").toStdString()));
    auto model = zoo::openModel(nameOrPath.toStdString(), options);
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
