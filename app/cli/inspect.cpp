// reslens-cli inspect: one picture, every residual block, and the tensors themselves as .npy files.
#include "cli/arguments.h"
#include "cli/block_json.h"
#include "cli/input.h"
#include "cli/model_choice.h"
#include "cli/prediction_json.h"
#include "image/npy.h"

#include <filesystem>

namespace reslens::cli {

namespace {

constexpr int kTop = 5; // classes in the answer

/// Writes layer `layer` as <directory>/<name>.npy.
Result<void> dumpLayer(const nn::Trace &trace, int layer, const std::filesystem::path &directory,
                       const std::string &name)
{
    return trace.read(layer).and_then(
        [&](const Tensor &tensor) { return image::writeNpy(directory / (name + ".npy"), tensor); });
}

/// x, s, F, u, y of every block, the input and the logits.
Result<void> dump(const nn::Trace &trace, const nn::Network &network, const Tensor &input,
                  const std::filesystem::path &directory)
{
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error)
        return fail(ErrorKind::Io, directory.string(), "cannot be made: " + error.message());
    if (auto written = image::writeNpy(directory / "input.npy", input); !written)
        return written;
    for (const nn::Block &block : network.blocks) {
        const std::pair<const char *, int> tensors[] = {
            {"x", block.x}, {"s", block.s}, {"F", block.F}, {"u", block.u}, {"y", block.y}};
        for (const auto &[tensor, layer] : tensors) {
            if (layer < 0) // a plain network has no s
                continue;
            if (auto written = dumpLayer(trace, layer, directory, block.name + "." + tensor); !written)
                return written;
        }
    }
    return image::writeNpy(directory / "logits.npy", trace.forward().logits);
}

Result<Tensor> readSingleInput(const QString &path, const nn::Preprocess &how)
{
    auto input = readInput(path, how);
    if (input && input->shape.n != 1)
        return fail(ErrorKind::Mismatch, path.toStdString(),
                    "holds " + std::to_string(input->shape.n) + " inputs, inspect looks at one");
    return input;
}

Json answerJson(const nn::Executor &executor, const nn::Trace &trace)
{
    const nn::Model &model = executor.model();
    Json blocks = Json::array();
    for (const nn::Block &block : model.network.blocks)
        blocks.push_back(blockJson(block, trace.shapes()));
    return {{"model", model.name},
            {"device", executor.device().name},
            {"top", topJson(analysis::topPredictions(trace.forward(), 0, model.labels, kTop))},
            {"ms", trace.forward().wallMs},
            {"blocks", blocks}};
}

QString answerText(const nn::Model &model, const nn::Trace &trace)
{
    QString text = topText(analysis::topPredictions(trace.forward(), 0, model.labels, kTop));
    for (const nn::Block &block : model.network.blocks)
        text += QStringLiteral("  %1 %2\n")
                    .arg(QString::fromStdString(block.name), -12)
                    .arg(blockText(block, trace.shapes()));
    return text;
}

} // namespace

int inspect(const Command &self, const QStringList &given)
{
    Arguments arguments(self, "IMAGE");
    addModelOptions(arguments);
    addPreprocessOptions(arguments);
    arguments.add({"dump"}, "Write input, logits and x, s, F, u, y of every block to this folder as .npy.", "DIR");
    if (const auto over = arguments.parse(given))
        return *over;
    if (arguments.positional().size() != 1)
        return arguments.wrong("needs one IMAGE");
    if (const auto checked = preprocessOf(arguments, {}); !checked)
        return arguments.wrong(checked.error());

    const auto model = openModel(arguments);
    if (!model)
        return failed(model.error());
    const nn::Preprocess how = *preprocessOf(arguments, (*model)->preprocess);
    noteAssumption(arguments, how);
    const QString path = arguments.positional().front();
    const auto input = readSingleInput(path, how);
    if (!input)
        return failed(input.error());
    const auto executor = openExecutor(arguments, *model);
    if (!executor)
        return failed(executor.error());
    const auto trace = (*executor)->trace(*input, {});
    if (!trace)
        return failed(trace.error());
    if (arguments.has("dump"))
        if (const auto dumped = dump(**trace, (*model)->network, *input, arguments.value("dump").toStdString());
            !dumped)
            return failed(dumped.error());

    if (!arguments.wantsJson()) {
        print(path + "\n" + answerText(**model, **trace));
        return kDone;
    }
    Json answer = answerJson(**executor, **trace);
    answer["image"] = path.toStdString();
    answer["preprocess"] = preprocessJson(how, isTensorFile(path));
    printJson(answer);
    return kDone;
}

} // namespace reslens::cli
