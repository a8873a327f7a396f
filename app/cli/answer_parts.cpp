#include "cli/answer_parts.h"

namespace reslens::cli {

Json topJson(const std::vector<analysis::Prediction> &top)
{
    Json list = Json::array();
    for (const analysis::Prediction &prediction : top)
        list.push_back({{"index", prediction.index},
                        {"label", prediction.label},
                        {"probability", prediction.probability},
                        {"logit", prediction.logit}});
    return list;
}

Json preprocessJson(const nn::Preprocess &how, bool isTensorFile)
{
    if (isTensorFile)
        return {{"source", "none: the file is the input tensor"}};
    return {{"resize", how.isSquashed() ? Json(how.squash) : Json(how.resize)},
            {"interpolation", nn::nameOf(how.interpolation)},
            {"crop", how.crop},
            {"order", nn::nameOf(how.order)},
            {"range", how.range},
            {"mean", how.mean},
            {"std", how.deviation},
            {"assumed", how.isAssumed},
            {"source", how.source}};
}

QString topText(const std::vector<analysis::Prediction> &top)
{
    QString text;
    for (const analysis::Prediction &prediction : top)
        text += QStringLiteral("  %1 %  %2  (class %3, logit %4)\n") // one arg() call: a label may contain %3
                    .arg(QString::number(100.0 * double(prediction.probability), 'f', 2).rightJustified(6),
                         QString::fromStdString(prediction.label), QString::number(prediction.index),
                         QString::number(double(prediction.logit), 'f', 3));
    return text;
}

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
