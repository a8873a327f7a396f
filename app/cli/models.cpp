// reslens-cli models: lists the networks that came with the program, and describes one of them.
#include "cli/answer_parts.h"
#include "cli/arguments.h"
#include "cli/model_choice.h"
#include "zoo/embedded.h"

#include <QFileInfo>

namespace reslens::cli {

namespace {

int list(const Arguments &arguments)
{
    Json models = Json::array();
    for (const zoo::EmbeddedModel &model : zoo::embeddedModels()) {
        models.push_back({{"name", model.name},
                          {"title", model.title},
                          {"description", model.description},
                          {"architecture", model.architecture},
                          {"installed", true}});
        if (!arguments.wantsJson())
            print(QStringLiteral("%1  %2\n")
                      .arg(QString::fromStdString(model.name), -18)
                      .arg(QString::fromStdString(model.description)));
    }
    if (arguments.wantsJson())
        printJson({{"models", models}});
    return kDone;
}

Json modelJson(const nn::Model &model)
{
    const nn::Network &network = model.network;
    const std::vector<Shape> shapes = nn::layerShapes(network, model.inputShape());
    Json blocks = Json::array(), tensors = Json::array();
    for (const nn::Block &block : network.blocks)
        blocks.push_back(blockJson(block, shapes));
    for (const auto &[name, tensor] : model.parameters)
        tensors.push_back({{"name", name}, {"shape", tensor.shape}, {"dtype", reslens::name(tensor.dtype)}});
    return {{"name", model.name},
            {"path", model.path},
            {"architecture", network.architecture.name},
            {"classes", network.architecture.classes},
            {"activation", nn::wordsOf(network.architecture.activation).id},
            {"parameters", nn::parameterCount(network)},
            {"macs", nn::macs(network, model.inputShape())},
            {"input", {network.architecture.inputChannels, model.preprocess.crop, model.preprocess.crop}},
            {"preprocess", preprocessJson(model.preprocess, false)},
            {"notes", model.notes},
            {"labels", model.labels},
            {"blocks", blocks},
            {"tensors", tensors}};
}

QString modelText(const nn::Model &model)
{
    const nn::Network &network = model.network;
    const nn::Preprocess &how = model.preprocess;
    const auto text = [](const std::string &s) { return QString::fromStdString(s); };
    QString out = QStringLiteral("%1: %2, %3 classes, %4 parameters, %5 million multiply-adds\n")
                      .arg(text(model.name), text(network.architecture.name),
                           QString::number(network.architecture.classes), QString::number(nn::parameterCount(network)),
                           QString::number(double(nn::macs(network, model.inputShape())) / 1e6, 'f', 1));
    out += QStringLiteral("input: %1 (%2)\n").arg(text(nn::textOf(how)), text(how.source));
    const std::vector<Shape> shapes = nn::layerShapes(network, model.inputShape());
    for (const nn::Block &block : network.blocks)
        out += QStringLiteral("  %1 %2\n").arg(text(block.name), -12).arg(blockText(block, shapes));
    return out;
}

Json fileJson(const audit::FileContents &contents)
{
    Json tensors = Json::array(), imports = Json::array();
    for (const audit::TensorInside &tensor : contents.tensors)
        tensors.push_back({{"key", tensor.key}, {"used_as", tensor.name.empty() ? Json() : Json(tensor.name)}});
    for (const audit::NamedCall &call : contents.audit.calls)
        imports.push_back(call.name);
    return {{"container", contents.audit.container}, {"networks", networksJson(contents)}, {"tensors", tensors},
            {"other_entries", contents.inert},       {"class_names", contents.classNames}, {"imports", imports}};
}

/// A file that is no model is described all the same.
int show(const Arguments &arguments, const QString &nameOrPath)
{
    const auto model = openModel(arguments, nameOrPath);
    const std::string path = model ? (*model)->path : nameOrPath.toStdString();
    const auto contents = path.empty() || !QFileInfo::exists(nameOrPath)
                              ? Result<audit::FileContents>()
                              : audit::contentsOf(path, arguments.value("weights").toStdString());
    const bool hasFile = contents && !contents->audit.file.empty();
    if (!model) {
        if (hasFile && !arguments.wantsJson())
            print(QString::fromStdString(audit::textOf(*contents)));
        return failed(model.error());
    }
    if (arguments.wantsJson()) {
        Json json = modelJson(**model);
        if (hasFile)
            json["file"] = fileJson(*contents);
        printJson(json);
    } else {
        print(modelText(**model) + (hasFile ? "\n" + QString::fromStdString(audit::textOf(*contents)) : QString()));
    }
    return kDone;
}

} // namespace

int models(const Command &self, const QStringList &given)
{
    Arguments arguments(self, "list | show MODEL");
    addCheckpointOptions(arguments);
    if (const auto over = arguments.parse(given))
        return *over;
    const QStringList what = arguments.positional();
    if (what == QStringList{"list"})
        return list(arguments);
    if (what.size() == 2 && what.front() == "show")
        return show(arguments, what.back());
    return arguments.wrong("needs 'list' or 'show MODEL'");
}

} // namespace reslens::cli
