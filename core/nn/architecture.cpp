#include "nn/architecture.h"

#include <array>
#include <charconv>

namespace reslens::nn {

namespace {

struct Published {
    const char *name;
    BlockKind block;
    ShortcutKind shortcut;
    std::array<int, 4> depths;
    int groups = 1, groupChannels = 64;
};

constexpr auto kBasic = BlockKind::Basic;
constexpr auto kBottleneck = BlockKind::Bottleneck;
constexpr auto kProjection = ShortcutKind::Projection;

constexpr Published kPublished[] = {
    {"resnet18", kBasic, kProjection, {2, 2, 2, 2}},
    {"resnet34", kBasic, kProjection, {3, 4, 6, 3}},
    {"resnet50", kBottleneck, kProjection, {3, 4, 6, 3}},
    {"resnet101", kBottleneck, kProjection, {3, 4, 23, 3}},
    {"resnet152", kBottleneck, kProjection, {3, 8, 36, 3}},
    {"resnext50_32x4d", kBottleneck, kProjection, {3, 4, 6, 3}, 32, 4},
    {"resnext101_32x8d", kBottleneck, kProjection, {3, 4, 23, 3}, 32, 8},
    {"resnext101_64x4d", kBottleneck, kProjection, {3, 4, 23, 3}, 64, 4},
    {"wide_resnet50_2", kBottleneck, kProjection, {3, 4, 6, 3}, 1, 128},
    {"wide_resnet101_2", kBottleneck, kProjection, {3, 4, 23, 3}, 1, 128},
    {"plain18", kBasic, ShortcutKind::None, {2, 2, 2, 2}},
    {"plain34", kBasic, ShortcutKind::None, {3, 4, 6, 3}},
};

constexpr int kCifarDepths[] = {20, 32, 44, 56, 110};

Architecture fromTable(const Published &row)
{
    Architecture result;
    result.name = row.name;
    result.block = row.block;
    result.shortcut = row.shortcut;
    result.depths.assign(row.depths.begin(), row.depths.end());
    result.groups = row.groups;
    result.groupChannels = row.groupChannels;
    return result;
}

bool removeSuffix(std::string_view &text, std::string_view suffix)
{
    if (!text.ends_with(suffix))
        return false;
    text.remove_suffix(suffix.size());
    return true;
}

bool removePrefix(std::string_view &text, std::string_view prefix)
{
    if (!text.starts_with(prefix))
        return false;
    text.remove_prefix(prefix.size());
    return true;
}

/// He et al. 2015, section 4.2: depth 6n+2, three stages of n basic blocks with 16, 32 and 64 channels.
std::optional<Architecture> cifarNamed(std::string_view name)
{
    constexpr int kMaxDepth = 2000;
    removeSuffix(name, "_cifar");
    const bool isProjection = removeSuffix(name, "_b");
    const bool isPlain = removePrefix(name, "plain");
    if (isPlain ? isProjection : !removePrefix(name, "resnet"))
        return std::nullopt;
    int depth = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), depth);
    if (error != std::errc() || end != name.data() + name.size() || depth < 8 || depth > kMaxDepth || depth % 6 != 2)
        return std::nullopt;
    Architecture result;
    result.stem = StemKind::Cifar;
    result.stemKernel = 3;
    result.hasStemPool = false;
    result.shortcut = isPlain ? ShortcutKind::None : isProjection ? ShortcutKind::Projection : ShortcutKind::ZeroPad;
    result.depths.assign(3, (depth - 2) / 6);
    result.stemChannels = 16;
    result.classes = 10;
    result.name = nameFor(result);
    return result;
}

bool isPublishedName(std::string_view name)
{
    for (const Published &row : kPublished)
        if (name == row.name)
            return true;
    return false;
}

/// Compares all but the name and what any published network may have got instead: a new head, another first
/// convolution for other pictures, no pool.
bool isSameShape(Architecture a, const Architecture &b)
{
    a.name = b.name;
    a.classes = b.classes;
    a.head = b.head;
    a.activation = b.activation;
    a.inputChannels = b.inputChannels;
    a.hasStemPool = b.hasStemPool;
    return a == b;
}

/// The two changes of ResNet-C and -D, and the letter that says which of them a network has.
void changeTo(char letter, Architecture &architecture)
{
    architecture.stemKernel = 3;
    architecture.deepStem = {32, 32};
    if (letter == 'd')
        architecture.shortcut = ShortcutKind::AveragePool;
}

std::string_view letterOf(const Architecture &a)
{
    if (a.blurKernel > 0)
        return "-blur";
    if (a.shortcut == ShortcutKind::AveragePool)
        return a.deepStem.empty() ? "_avgpool" : "d";
    return a.deepStem.empty() ? "" : "c";
}

std::string cifarName(const Architecture &a)
{
    std::string name = a.shortcut == ShortcutKind::None ? "plain" : "resnet";
    name += std::to_string(6 * a.depths[0] + 2);
    if (a.shortcut == ShortcutKind::Projection)
        name += "_b";
    return isPublishedName(name) ? name + "_cifar" : name;
}

} // namespace

int Architecture::innerChannels(int stage) const
{
    return block == BlockKind::Basic ? stageWidth(stage) : stageWidth(stage) * groupChannels / 64 * groups;
}

std::optional<Architecture> architectureNamed(std::string_view name)
{
    for (const Published &row : kPublished)
        if (name == row.name)
            return fromTable(row);
    const char last = name.empty() ? ' ' : name.back();
    for (const Published &row : kPublished)
        if ((last == 'c' || last == 'd') && name.substr(0, name.size() - 1) == row.name &&
            row.shortcut == kProjection) {
            Architecture changed = fromTable(row);
            changeTo(last, changed);
            changed.name = name;
            return changed;
        }
    return cifarNamed(name);
}

std::string nameFor(const Architecture &architecture)
{
    Architecture a = architecture;
    const std::string letter(letterOf(a));
    if (!letter.empty()) {
        a.shortcut = ShortcutKind::Projection;
        a.stemKernel = a.deepStem.empty() ? a.stemKernel : 7;
        a.deepStem.clear();
        a.blurKernel = 0;
    }
    for (const Published &row : kPublished)
        if (isSameShape(a, fromTable(row)))
            return row.name + letter;
    const bool hasEqualStages = a.depths.size() == 3 && a.depths[0] == a.depths[1] && a.depths[1] == a.depths[2];
    if (a.stem == StemKind::Cifar && a.block == BlockKind::Basic && a.stemChannels == 16 && hasEqualStages)
        return cifarName(a);
    std::string name = a.shortcut == ShortcutKind::None ? "plain" : "resnet";
    name += a.block == BlockKind::Basic ? "-basic" : "-bottleneck";
    for (std::size_t stage = 0; stage < a.depths.size(); ++stage)
        name += (stage ? "." : "-") + std::to_string(a.depths[stage]);
    name += "-w" + std::to_string(a.stemChannels);
    if (a.groups != 1 || a.groupChannels != 64)
        name += "-g" + std::to_string(a.groups) + "x" + std::to_string(a.groupChannels);
    return letter.empty() || letter.starts_with('-') ? name + letter : name + "-" + letter;
}

std::vector<std::string> knownArchitectures()
{
    std::vector<std::string> names;
    for (const Published &row : kPublished)
        names.emplace_back(row.name);
    for (const char *prefix : {"resnet", "plain"})
        for (const int depth : kCifarDepths)
            names.push_back(prefix + std::to_string(depth));
    return names;
}

} // namespace reslens::nn
