#include "cli/prediction_json.h"

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
    return {{"resize", how.resize}, {"crop", how.crop},         {"mean", how.mean},
            {"std", how.deviation}, {"assumed", how.isAssumed}, {"source", how.source}};
}

QString topText(const std::vector<analysis::Prediction> &top)
{
    QString text;
    for (const analysis::Prediction &prediction : top)
        text += QStringLiteral("  %1 %  %2  (class %3, logit %4)\n")
                    .arg(100.0 * prediction.probability, 6, 'f', 2)
                    .arg(QString::fromStdString(prediction.label))
                    .arg(prediction.index)
                    .arg(double(prediction.logit), 0, 'f', 3);
    return text;
}

} // namespace reslens::cli
