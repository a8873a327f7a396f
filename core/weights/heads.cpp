#include "weights/heads.h"

#include "error/printable.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <tuple>

namespace reslens::weights {

namespace {

using Kind = nn::HeadLayer::Kind;

constexpr std::int64_t kMaxOutputs = 1'000'000;
constexpr std::size_t kMostLayers = 16;

// Parts of a head's name, without numbers; the first that a file has is the head.
constexpr std::array<std::string_view, 13> kHeads{"fc",     "linear", "classifier", "head",  "last_linear",
                                                  "logits", "cls",    "output",     "dense", "classifiers",
                                                  "lin",    "out",    "final"};
// Layers behind the pool that give no classes: of training without labels, and of further tasks.
constexpr std::array<std::string_view, 7> kOthers{"predictor", "projector", "projection", "prototypes",
                                                  "mlp",       "aux",       "decoder"};

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// "fc2" becomes "fc".
std::string_view withoutNumber(std::string_view part)
{
    while (!part.empty() && isDigit(part.back()))
        part.remove_suffix(1);
    return part.ends_with('_') ? part.substr(0, part.size() - 1) : part;
}

/// The place in kHeads of the first part of "fc2", "classifier.1" or "head.fc"; empty if it is no head's name.
std::optional<std::size_t> headRank(std::string_view name)
{
    std::optional<std::size_t> rank;
    while (!name.empty()) {
        const std::size_t dot = name.find('.');
        const std::string_view part = withoutNumber(name.substr(0, dot));
        const auto found = std::ranges::find(kHeads, part);
        if (found == kHeads.end() && (!rank || !part.empty()))
            return std::nullopt;
        if (!rank)
            rank = std::size_t(found - kHeads.begin());
        name.remove_prefix(dot == std::string_view::npos ? name.size() : dot + 1);
    }
    return rank;
}

bool isOther(std::string_view name)
{
    return std::ranges::any_of(kOthers, [&](std::string_view other) { return name.find(other) != name.npos; });
}

/// "model.backbone." becomes "model.", which becomes "".
std::string parentOf(std::string_view prefix)
{
    prefix.remove_suffix(prefix.empty() ? 0 : 1);
    const std::size_t dot = prefix.rfind('.');
    return std::string(dot == std::string_view::npos ? std::string_view() : prefix.substr(0, dot + 1));
}

/// A module with parameters: a matrix, or a batch norm of features.
struct Module {
    std::string key;
    Kind kind;
    std::int64_t in, out;

    /// "fc." of "fc.3", the prefix that the modules of an nn.Sequential share.
    std::string parent() const { return parentOf(key + "."); }
    /// 3 of "fc.3"; empty if it is not of an nn.Sequential.
    std::optional<int> index() const
    {
        const std::string_view last = std::string_view(key).substr(parent().size());
        int number = 0;
        const auto [end, error] = std::from_chars(last.data(), last.data() + last.size(), number);
        return error == std::errc() && end == last.data() + last.size() ? std::optional(number) : std::nullopt;
    }
};

class Search {
public:
    Search(const Checkpoint &checkpoint, const HeadSearch &search) : m_checkpoint(checkpoint), m_search(search)
    {
        constexpr std::string_view kWeight = ".weight", kMean = ".running_mean";
        const auto keyOf = [](std::string_view key, std::string_view ending) {
            return std::string(key.substr(0, key.size() - ending.size()));
        };
        for (const auto &[key, tensor] : checkpoint.tensors) {
            if (search.isTaken(key))
                continue;
            const auto &shape = tensor.shape;
            if (key.ends_with(kWeight) && shape.size() == 2 && shape[0] >= 1 && shape[0] <= kMaxOutputs)
                m_modules.push_back({keyOf(key, kWeight), Kind::Linear, shape[1], shape[0]});
            else if (key.ends_with(kMean) && shape.size() == 1 && shape[0] >= 1)
                m_modules.push_back({keyOf(key, kMean), Kind::BatchNorm, shape[0], shape[0]});
        }
    }

    Result<FoundHead> run()
    {
        const Module *first = nullptr;
        std::string root = m_search.root;
        for (;; root = parentOf(root)) {
            first = firstUnder(root);
            if (first || root.empty())
                break;
        }
        if (!first)
            first = onlyMatrix();
        if (!first)
            return FoundHead{};
        TRY(follow(*first, root));
        if (m_chain.back()->kind != Kind::Linear) { // a projection for training without labels ends like this
            FoundHead none;
            none.notes.push_back(inQuotes(m_chain.front()->key) + " and what follows it end in a batch norm, so they " +
                                 "are no head, and are not used");
            return none;
        }
        return layers(root);
    }

private:
    bool isUsed(const Module &module) const { return std::ranges::find(m_chain, &module) != m_chain.end(); }

    static std::string_view nameIn(const Module &module, const std::string &root)
    {
        return std::string_view(module.key).substr(module.key.starts_with(root) ? root.size() : 0);
    }

    const Module *firstUnder(const std::string &root) const
    {
        const Module *best = nullptr;
        std::tuple<std::size_t, int> bestRank;
        for (const Module &module : m_modules) {
            if (module.kind != Kind::Linear || module.in != m_search.features || !module.key.starts_with(root))
                continue;
            const std::string_view name = std::string_view(module.key).substr(root.size());
            const auto rank = headRank(name);
            if (!rank)
                continue;
            const std::tuple order(*rank, module.index().value_or(0));
            if (!best || order < bestRank) {
                best = &module;
                bestRank = order;
            }
        }
        return best;
    }

    /// Whatever its name is: the only matrix with rows of the right length.
    const Module *onlyMatrix()
    {
        const Module *only = nullptr;
        for (const Module &module : m_modules) {
            if (module.kind != Kind::Linear || module.in != m_search.features || isOther(module.key))
                continue;
            if (only)
                return nullptr;
            only = &module;
        }
        if (only)
            m_notes.push_back(inQuotes(only->key) +
                              " is taken as the head, since its rows are as long as the features");
        return only;
    }

    /// The batch norm of the features that the nn.Sequential of the head begins with.
    const Module *normBefore(const Module &first) const
    {
        for (const Module &module : m_modules)
            if (module.kind == Kind::BatchNorm && module.index() && first.index() && module.out == first.in &&
                module.parent() == first.parent() && *module.index() < *first.index())
                return &module;
        return nullptr;
    }

    Result<void> follow(const Module &first, const std::string &root)
    {
        if (const Module *norm = normBefore(first))
            m_chain.push_back(norm);
        m_chain.push_back(&first);
        while (m_chain.size() < kMostLayers) {
            const Module *next = nextInSequence();
            if (!next)
                next = TRY(nextOutside(root));
            if (!next)
                return {};
            m_chain.push_back(next);
        }
        return fail(ErrorKind::Unsupported, m_checkpoint.path,
                    "has a head of more than " + std::to_string(kMostLayers) + " layers");
    }

    /// The next module of the nn.Sequential that the last one is in.
    const Module *nextInSequence() const
    {
        const Module &last = *m_chain.back();
        const Module *next = nullptr;
        for (const Module &module : m_modules)
            if (last.index() && module.index() && module.parent() == last.parent() && *module.index() > *last.index() &&
                (!next || *module.index() < *next->index()))
                next = &module;
        return next && next->in == last.out ? next : nullptr;
    }

    /// A module beside the last one, such as "fc2". Of two that fit, one whose name is a head's.
    Result<const Module *> nextOutside(const std::string &root) const
    {
        const Module &last = *m_chain.back();
        std::vector<const Module *> fitting;
        for (const Module &module : m_modules)
            if (module.in == last.out && !isUsed(module) && !isOther(module.key) &&
                (!module.index() || module.parent() != last.parent()))
                fitting.push_back(&module);
        if (fitting.size() > 1) {
            const auto isHead = [&](const Module *module) {
                return headRank(nameIn(*module, root)).has_value() || module->kind == Kind::BatchNorm;
            };
            std::erase_if(fitting, std::not_fn(isHead));
        }
        const auto norm = std::ranges::find(fitting, Kind::BatchNorm, &Module::kind);
        if (norm != fitting.end() && last.kind == Kind::Linear)
            return *norm; // the usual order: linear, batch norm, ReLU
        return fitting.empty() ? nullptr : fitting.front();
    }

    /// True if module `key`, which has no parameters, is a ReLU; empty if the file does not say what it is.
    Result<std::optional<bool>> isRelu(const std::string &key) const
    {
        const auto module = m_checkpoint.modules.find(key);
        if (module == m_checkpoint.modules.end())
            return std::nullopt;
        const std::string_view type = std::string_view(module->second.type);
        const std::string_view name = type.substr(type.rfind('.') + 1);
        if (name == "ReLU")
            return true;
        constexpr std::array<std::string_view, 5> kNothing{"Dropout", "Identity", "Flatten", "Dropout1d",
                                                           "AlphaDropout"};
        if (std::ranges::find(kNothing, name) != kNothing.end())
            return false;
        return fail(ErrorKind::Unsupported, m_checkpoint.path,
                    inQuotes(key) + " is a " + std::string(type) +
                        "; ResLens runs heads of linear layers, batch norms and ReLUs");
    }

    /// Whether a ReLU stands between two modules, by what the file says or, without that, by the places that are left
    /// free between them: one of these is a ReLU, unless there was one since the last linear layer.
    Result<bool> hasReluBetween(const Module &a, const Module &b, bool hadRelu)
    {
        const bool isSequence = a.index() && b.index() && a.parent() == b.parent();
        if (!isSequence) {
            if (b.kind == Kind::BatchNorm || hadRelu)
                return false;
            m_notes.push_back("a ReLU is assumed between " + inQuotes(a.key) + " and " + inQuotes(b.key));
            return true;
        }
        bool isTold = false, isFound = false;
        for (int i = *a.index() + 1; i < *b.index(); ++i)
            if (const auto relu = TRY(isRelu(a.parent() + std::to_string(i)))) {
                isTold = true;
                isFound = isFound || *relu;
            }
        return isTold ? isFound : *b.index() > *a.index() + 1 && !hadRelu;
    }

    Result<FoundHead> layers(const std::string &root)
    {
        FoundHead found;
        const auto add = [&](Kind kind, const std::string &name, std::int64_t features, const std::string &key) {
            found.layers.push_back({kind, name, int(features)});
            found.keys.push_back(key);
        };
        bool hadRelu = true; // the features are not negative
        for (std::size_t i = 0; i < m_chain.size(); ++i) {
            const Module &module = *m_chain[i];
            const bool isRelu = i > 0 && TRY(hasReluBetween(*m_chain[i - 1], module, hadRelu));
            if (isRelu && !found.norms.empty() && found.norms.back().linear.empty())
                return fail(ErrorKind::Unsupported, m_checkpoint.path,
                            inQuotes(found.norms.back().key) +
                                " is a batch norm between two ReLUs, which ResLens does " + "not run in a head");
            if (isRelu)
                add(Kind::Relu, "relu." + std::to_string(found.layers.size()), module.in, "");
            hadRelu = (hadRelu || isRelu) && module.kind != Kind::Linear;
            const auto isLinear = [](const Module *of) { return of->kind == Kind::Linear; };
            const bool isOnly = module.kind == Kind::Linear && std::ranges::count_if(m_chain, isLinear) == 1;
            const std::string name = isOnly ? "fc" : std::string(nameIn(module, root));
            if (module.kind == Kind::BatchNorm && (found.layers.empty() || found.layers.back().kind != Kind::Linear)) {
                found.norms.push_back({module.key, name, ""});
                continue;
            }
            if (module.kind == Kind::Linear && !found.norms.empty() && found.norms.back().linear.empty())
                found.norms.back().linear = name;
            add(module.kind, name, module.out, module.key);
        }
        found.notes = std::move(m_notes);
        return found;
    }

    const Checkpoint &m_checkpoint;
    const HeadSearch &m_search;
    std::vector<Module> m_modules;
    std::vector<const Module *> m_chain;
    std::vector<std::string> m_notes;
};

} // namespace

Result<FoundHead> findHead(const Checkpoint &checkpoint, const HeadSearch &search)
{
    return Search(checkpoint, search).run();
}

} // namespace reslens::weights
