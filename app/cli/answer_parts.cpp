#include "cli/answer_parts.h"

#include <cmath>

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
        text += QStringLiteral("  %1  %2  (class %3, %4)\n") // one arg() call: a label may contain %3
                    .arg(percentText(double(prediction.probability)), QString::fromStdString(prediction.label),
                         QString::number(prediction.index), outputText(prediction));
    return text;
}

Json networksJson(const audit::FileContents &contents)
{
    Json list = Json::array();
    for (const audit::NetworkInside &network : contents.networks) {
        Json one{{"path", network.path},
                 {"prefix", network.prefix},
                 {"architecture", network.architecture},
                 {"tensors", network.tensors},
                 {"opened", network.isChosen}};
        if (!network.problem.empty())
            one["problem"] = network.problem;
        list.push_back(std::move(one));
    }
    return list;
}

QString percentText(double probability)
{
    const QString text =
        std::isnan(probability) ? QStringLiteral("—") : QString::number(100 * probability, 'f', 2) + " %";
    return text.rightJustified(8);
}

QString outputText(const analysis::Prediction &prediction)
{
    if (!std::isfinite(prediction.logit))
        return QStringLiteral("not finite");
    return QStringLiteral("%1 %2").arg(std::isnan(prediction.probability) ? "value" : "logit",
                                       QString::number(double(prediction.logit), 'f', 3));
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
