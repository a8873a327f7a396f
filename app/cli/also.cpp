#include "cli/also.h"

#include "cli/also_analyses.h"

#include <algorithm>
#include <limits>

namespace reslens::cli {

namespace {

constexpr Also kTable[] = {
    {"cam", "cam", "the class map of the last block", true, alsoCam},
    {"saliency", "saliency", "the largest gradient of every pixel", true, alsoSaliency},
    {"lens", "lens", "the answer at every depth", false, alsoLens},
    {"sampled-paths", "sampled_paths", "gradients through single paths", false, alsoSampledPaths},
    {"grad-cam", "grad_cam", "class maps at every block", false, alsoGradCam},
    {"smoothgrad", "smoothgrad", "saliency over noisy copies", false, alsoSmoothGrad},
    {"integrated-gradients", "integrated_gradients", "J's change from the mean colour, pixel by pixel", false,
     alsoIntegratedGradients},
    {"occlusion", "occlusion", "J's fall where a square is covered", false, alsoOcclusion},
    {"groups", "groups", "the branch's parts in a ResNeXt", false, alsoGroups},
};

QString names()
{
    QStringList list;
    for (const Also &also : kTable)
        list << also.name;
    return list.join(", ");
}

} // namespace

void addAlsoOptions(Arguments &arguments)
{
    QStringList meanings;
    for (const Also &also : kTable)
        meanings << QStringLiteral("%1 (%2%3)").arg(also.name, also.meaning, also.isCheap ? ", always given" : "");
    arguments.add({"also"}, "What else to find out, with commas between, or all: " + meanings.join(", ") + ".",
                  "NAMES");
    arguments.add({"seed"}, "Of the random numbers of sampled-paths and smoothgrad.", "N", "1");
}

Result<void> checkAlsoOptions(const Arguments &arguments)
{
    for (const QString &name : arguments.values("also"))
        if (name != "all" &&
            std::none_of(std::begin(kTable), std::end(kTable), [&](const Also &also) { return name == also.name; }))
            return fail(ErrorKind::InvalidInput, {},
                        QStringLiteral("--also knows %1, or all, not '%2'").arg(names(), name).toStdString());
    return arguments.number("seed", 0, std::numeric_limits<int>::max()).map([](int) {});
}

Result<std::vector<AlsoFound>> alsoOf(const Arguments &arguments, AlsoRequest request)
{
    request.seed = std::uint64_t(*arguments.number("seed", 0, std::numeric_limits<int>::max()));
    const QStringList wanted = arguments.values("also");
    std::vector<AlsoFound> found;
    for (const Also &also : kTable) {
        const bool isNamed = wanted.contains(also.name);
        if (!also.isCheap && !isNamed && !wanted.contains("all"))
            continue;
        auto answer = also.answer(request);
        if (answer)
            found.push_back({also.key, std::move(*answer)});
        else if (!isNamed && answer.error().kind == ErrorKind::Unsupported)
            found.push_back({also.key, {}});
        else
            return tl::unexpected(answer.error());
    }
    return found;
}

} // namespace reslens::cli
