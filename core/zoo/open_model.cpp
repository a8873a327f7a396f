#include "zoo/open_model.h"

#include "error/printable.h"
#include "weights/model_folder.h"
#include "zoo/catalogue.h"
#include "zoo/embedded.h"
#include "zoo/labels.h"

#include <algorithm>
#include <filesystem>
#include <numeric>

namespace reslens::zoo {

namespace {

std::string joined(const std::vector<std::string> &words)
{
    std::string text;
    for (const std::string &word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

/// The number of letters to insert, remove or replace to get from `a` to `b` (Levenshtein).
std::size_t editDistance(const std::string &a, const std::string &b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

bool looksLikePath(const std::string &text)
{
    const std::string suffix = std::filesystem::path(text).extension().string();
    return text.find('/') != std::string::npos || suffix == ".pth" || suffix == ".pt" || suffix == ".th" ||
           suffix == ".bin" || suffix == ".ckpt" || suffix == ".tar" || suffix == ".pkl" || suffix == ".safetensors";
}

Error notFound(const std::string &name)
{
    if (looksLikePath(name))
        return {ErrorKind::NotFound, name, "no such file", {}};
    std::vector<std::string> names;
    for (const EmbeddedModel &model : embeddedModels())
        names.push_back(model.name);
    if (const auto published = firstPublished(name))
        return {ErrorKind::NotFound,
                name,
                "is published but not inside this program; give the path of its file (" + published->fileName() + ")",
                {}};
    std::string problem = "no such model or file; embedded models are " + joined(names);
    if (const std::vector<std::string> close = suggestions(name, names); !close.empty())
        problem += "; did you mean " + close.front() + "?";
    return {ErrorKind::NotFound, name, problem, {}};
}

/// The name of a file or folder, whose path may end in a slash. Files of a model's folder have the folder's name:
/// theirs are the same everywhere.
std::string nameOf(const std::filesystem::path &path)
{
    const std::filesystem::path folder = weights::modelFolderOf(path);
    const std::filesystem::path named = folder.empty() ? path : std::filesystem::absolute(folder).lexically_normal();
    return (named.has_filename() ? named : named.parent_path()).filename().string();
}

/// Adds what the file does not say, and makes its names printable.
void fillIn(nn::Model &model, const std::string &fileName)
{
    const nn::Architecture &architecture = model.network.architecture;
    model.hasClassNames = !model.labels.empty() || architecture.classes == int(imagenetLabels().size());
    if (model.labels.empty())
        model.labels = architecture.classes == 0 ? numberedLabels(architecture.featureChannels(), "unit")
                       : architecture.classes == int(imagenetLabels().size()) ? imagenetLabels()
                                                                              : numberedLabels(architecture.classes);
    for (std::string &label : model.labels)
        label = printable(label);
    if (model.preprocess.source.empty())
        model.preprocess = defaultPreprocess(architecture, fileName);
}

} // namespace

std::vector<std::string> suggestions(const std::string &name, const std::vector<std::string> &candidates)
{
    constexpr std::size_t kClose = 3;
    std::vector<std::pair<std::size_t, std::string>> close;
    for (const std::string &candidate : candidates) {
        const std::size_t distance = editDistance(name, candidate);
        const bool isBeginning = name.size() >= kClose && candidate.starts_with(name);
        if (distance <= kClose || isBeginning)
            close.emplace_back(isBeginning ? 0 : distance, candidate);
    }
    std::ranges::stable_sort(close, {}, &std::pair<std::size_t, std::string>::first);
    std::vector<std::string> names;
    for (auto &[distance, candidate] : close)
        names.push_back(std::move(candidate));
    return names;
}

namespace {

Result<std::shared_ptr<const nn::Model>> opened(const std::string &nameOrPath, const ModelSettings &settings,
                                                const std::string &source)
{
    const bool isInside = isEmbedded(nameOrPath);
    std::error_code ignored; // a path that we cannot access does not exist for us
    if (!isInside && !std::filesystem::exists(nameOrPath, ignored))
        return tl::unexpected(notFound(nameOrPath));
    weights::ModelOptions options = settings.options;
    if (isInside && !options.network.empty())
        return fail(ErrorKind::InvalidInput, nameOrPath, "is one embedded network, so --weights has nothing to choose");
    if (options.labels.empty() && !options.labelsFile.empty())
        options.labels = TRY(readLabels(options.labelsFile));
    weights::Checkpoint checkpoint =
        TRY(isInside ? embeddedCheckpoint(nameOrPath) : weights::readCheckpoint(nameOrPath, {options.network}));
    nn::Model model = TRY(weights::makeModel(std::move(checkpoint), options));
    const std::string fileName = nameOf(nameOrPath);
    model.name = isInside ? nameOrPath : printable(fileName);
    model.path = isInside ? "" : nameOrPath;
    fillIn(model, fileName);
    model.ownPreprocess = model.preprocess;
    model.preprocess = TRY(changed(model.ownPreprocess, settings.preprocess, source));
    TRY(checkPreprocess(model.preprocess, nameOrPath));
    return std::make_shared<const nn::Model>(std::move(model));
}

} // namespace

Result<std::shared_ptr<const nn::Model>> openModel(const std::string &nameOrPath, const ModelSettings &settings,
                                                   const std::string &source)
{
    try {
        return opened(nameOrPath, settings, source);
    } catch (const Error &error) { // the file was truncated or written to meanwhile
        return tl::unexpected(error);
    }
}

} // namespace reslens::zoo
