#include "audit/file_contents.h"

#include "error/printable.h"
#include "weights/key_names.h"
#include "weights/model_from_checkpoint.h"

#include <algorithm>

namespace reslens::audit {

namespace {

constexpr std::size_t kMostListed = 40; // lines of one kind in a text

NetworkInside insideOf(const std::filesystem::path &path, const weights::NetworkInFile &network)
{
    NetworkInside found{printable(network.path()), printable(network.prefix), {}, {}, network.tensors, false};
    auto checkpoint = weights::readCheckpoint(path, {network.path()});
    const auto model = checkpoint ? weights::makeModel(std::move(*checkpoint), {}) : tl::unexpected(checkpoint.error());
    if (model)
        found.architecture = model->network.architecture.name;
    else
        found.problem = model.error().problem;
    return found;
}

/// Which of the dictionary's tensors the network uses, and by which name.
void addTensors(FileContents &contents, const weights::Checkpoint &checkpoint)
{
    const auto translation = weights::KeyTranslation::of(checkpoint);
    const auto model = weights::makeModel(checkpoint, {});
    for (const auto &[key, tensor] : checkpoint.tensors) {
        TensorInside inside{printable(key), shapeText(tensor.shape), name(tensor.dtype), {}};
        const std::string ours = translation ? translation->torchvisionName(key) : std::string();
        if (model && model->parameters.contains(ours))
            inside.name = ours;
        contents.tensors.push_back(std::move(inside));
    }
    for (const auto &[key, what] : checkpoint.inertEntries)
        contents.inert.push_back(inQuotes(key) + ": " + printable(what));
    for (const weights::ClassNames &names : checkpoint.classNames)
        contents.classNames.push_back(inQuotes(names.where) + " (" + std::to_string(names.names.size()) + ")");
}

void addLines(std::string &text, const std::string &title, const std::vector<std::string> &lines)
{
    if (lines.empty())
        return;
    text += "\n" + title + "\n";
    for (std::size_t i = 0; i < std::min(lines.size(), kMostListed); ++i)
        text += "  " + lines[i] + "\n";
    if (lines.size() > kMostListed)
        text += "  and " + std::to_string(lines.size() - kMostListed) + " more\n";
}

template <typename Item>
std::vector<std::string> linesOf(const std::vector<Item> &items, std::string (*lineOfItem)(const Item &))
{
    std::vector<std::string> lines;
    std::ranges::transform(items, std::back_inserter(lines), lineOfItem);
    return lines;
}

} // namespace

std::string textOf(const NetworkInside &network)
{
    const std::string what =
        network.architecture.empty() ? "cannot be opened: " + network.problem : network.architecture;
    const std::string where =
        network.path.empty() || network.path == "." ? "at the top of the file" : inQuotes(network.path);
    return where + ": " + what + ", " + std::to_string(network.tensors) + " tensors" +
           (network.isChosen ? " (opened)" : "");
}

Result<FileContents> contentsOf(const std::filesystem::path &path, const std::string &network)
{
    FileContents contents;
    if (std::error_code ignored; std::filesystem::is_directory(path, ignored))
        contents.audit.file = printable(path.string()); // its files are audited one by one
    else
        contents.audit = TRY(auditFile(path));
    const auto checkpoint = weights::readCheckpoint(path, {network});
    if (!checkpoint) {
        contents.problem = checkpoint.error().problem;
        return contents;
    }
    if (contents.audit.container.empty())
        contents.audit.container = "folder, " + checkpoint->container;
    for (const weights::NetworkInFile &inside : checkpoint->networks)
        contents.networks.push_back(insideOf(path, inside));
    if (contents.networks.empty())
        contents.problem = "no residual network was found in it";
    else
        contents.networks[checkpoint->network].isChosen = true;
    addTensors(contents, *checkpoint);
    return contents;
}

std::string textOf(const FileContents &contents)
{
    const FileAudit &audit = contents.audit;
    std::string text = audit.file + ": " + audit.container +
                       (audit.calls.empty() && audit.oddities.empty() ? "" : std::string(", ") + name(audit.verdict)) +
                       "\n";
    if (!contents.problem.empty())
        text += contents.problem + "\n";
    addLines(text, "Networks", linesOf<NetworkInside>(contents.networks, textOf));
    addLines(text, "Names of classes", contents.classNames);
    addLines(text, "Other entries", contents.inert);
    addLines(text, "In Python, loading the file would import or call", linesOf<NamedCall>(audit.calls, textOf));
    addLines(text, "Oddities", audit.oddities);
    std::vector<std::string> undecided;
    for (const Error &error : audit.undecided)
        undecided.push_back(error.message());
    addLines(text, "Not decided", undecided);
    std::vector<std::string> used, unused;
    for (const TensorInside &tensor : contents.tensors) {
        const std::string line = tensor.key + " " + tensor.shape + " " + tensor.dtype;
        if (tensor.name.empty())
            unused.push_back(line);
        else
            used.push_back(line + (tensor.name == tensor.key ? "" : " as " + tensor.name));
    }
    addLines(text, std::to_string(used.size()) + " tensors are used", used);
    addLines(text, std::to_string(unused.size()) + " tensors next to them are not", unused);
    return text;
}

} // namespace reslens::audit
