#include "cli/block_json.h"

namespace reslens::cli {

Json blockJson(const nn::Block &block, const std::vector<Shape> &shapes)
{
    const Shape &y = shapes[std::size_t(block.y)];
    return {{"name", block.name}, {"stage", block.stage}, {"identity", block.identity}, {"shape", {y.c, y.h, y.w}}};
}

QString blockText(const nn::Block &block, const std::vector<Shape> &shapes)
{
    const Shape &y = shapes[std::size_t(block.y)];
    const char *shortcut = !block.hasShortcut() ? "no shortcut"
                           : block.identity     ? "identity shortcut"
                                                : "shortcut that changes the shape";
    return QStringLiteral("%1x%2x%3, %4").arg(y.c).arg(y.h).arg(y.w).arg(shortcut);
}

} // namespace reslens::cli
