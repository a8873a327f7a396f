#include "cli/scale_option.h"

#include <cmath>

namespace reslens::cli {

namespace {

struct NamedScale {
    QString block;
    nn::BlockScale scale;
};

Result<float> factor(const QString &text, const QString &whole)
{
    bool isNumber = false;
    const float value = text.toFloat(&isNumber);
    if (!isNumber || !std::isfinite(value))
        return fail(ErrorKind::InvalidInput, {},
                    "--scale needs BLOCK:ALPHA:BETA with two finite numbers, not '" + whole.toStdString() + "'");
    return value;
}

Result<NamedScale> parse(const QString &text)
{
    const QStringList parts = text.split(u':');
    const auto alpha = factor(parts.value(1), text), beta = factor(parts.value(2), text);
    if (parts.size() != 3 || !alpha || !beta || parts[0].isEmpty())
        return tl::unexpected(factor({}, text).error());
    return NamedScale{parts[0], {*alpha, *beta}};
}

Result<void> apply(const NamedScale &named, const nn::Network &network, std::vector<nn::BlockScale> &scales)
{
    if (named.block == "all") {
        scales.assign(scales.size(), named.scale);
        return {};
    }
    bool isNumber = false;
    int block = named.block.toInt(&isNumber);
    if (!isNumber)
        block = network.blockNamed(named.block.toStdString()).value_or(-1);
    if (block < 0 || block >= int(scales.size()))
        return fail(ErrorKind::NotFound, "block '" + named.block.toStdString() + "'",
                    "there is no such block: the network has " + network.blocks.front().name + " to " +
                        network.blocks.back().name + ", or 0 to " + std::to_string(scales.size() - 1));
    scales[std::size_t(block)] = named.scale;
    return {};
}

} // namespace

void addScaleOption(Arguments &arguments)
{
    arguments.add(
        {"scale"},
        "Let a block's sum be ALPHA times the skip plus BETA times the branch. BLOCK is a name, a number from "
        "0, or all. May be repeated, or hold several with commas between.",
        "BLOCK:ALPHA:BETA");
}

Result<void> checkScaleOption(const Arguments &arguments)
{
    for (const QString &text : arguments.values("scale"))
        TRY(parse(text));
    return {};
}

Result<std::vector<nn::BlockScale>> scalesOf(const Arguments &arguments, const nn::Network &network)
{
    const QStringList texts = arguments.values("scale");
    if (texts.isEmpty())
        return std::vector<nn::BlockScale>{};
    if (!network.blocks.front().hasShortcut())
        return fail(ErrorKind::Unsupported, network.architecture.name,
                    "is a plain network: it has no skips to weigh against branches");
    std::vector<nn::BlockScale> scales(network.blocks.size());
    for (const QString &text : texts)
        TRY(apply(*parse(text), network, scales));
    return scales;
}

} // namespace reslens::cli
