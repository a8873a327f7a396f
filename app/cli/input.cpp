#include "cli/input.h"

#include "cli/report.h"
#include "image/decode.h"
#include "image/npy.h"
#include "image/preprocess.h"

#include <algorithm>
#include <cmath>

namespace reslens::cli {

namespace {

constexpr int kLargestSide = 4096; // limit of --resize and --crop: 192 MiB of input

/// Reads three numbers, "0.485,0.456,0.406", or one for all channels.
Result<std::array<float, 3>> perChannel(const Arguments &arguments, const QString &name)
{
    const QStringList parts = arguments.value(name).split(u',');
    std::array<float, 3> values{};
    bool isRight = parts.size() == 3 || parts.size() == 1;
    for (qsizetype i = 0; isRight && i < 3; ++i) {
        values[i] = parts[parts.size() == 1 ? 0 : i].trimmed().toFloat(&isRight);
        isRight = isRight && std::isfinite(values[i]);
    }
    if (!isRight)
        return fail(ErrorKind::InvalidInput, {},
                    QStringLiteral("--%1 needs one number or three with commas between, not '%2'")
                        .arg(name, arguments.value(name))
                        .toStdString());
    return values;
}

} // namespace

void addPreprocessOptions(Arguments &arguments)
{
    arguments.add({"resize"}, "Scale the picture's shorter side to this many pixels.", "PIXELS");
    arguments.add({"crop"}, "Then cut this square from its centre.", "PIXELS");
    arguments.add({"mean"}, "Then subtract this from each channel (of 0 to 1).", "R,G,B");
    arguments.add({"std"}, "Then divide each channel by this.", "R,G,B");
}

Result<nn::Preprocess> preprocessOf(const Arguments &arguments, const nn::Preprocess &theirs)
{
    nn::Preprocess how = theirs;
    for (const auto &[name, pixels] : {std::pair{"resize", &how.resize}, std::pair{"crop", &how.crop}}) {
        if (!arguments.has(name))
            continue;
        *pixels = TRY(arguments.number(name, 1, kLargestSide));
    }
    for (const auto &[name, channels] : {std::pair{"mean", &how.mean}, std::pair{"std", &how.deviation}}) {
        if (!arguments.has(name))
            continue;
        *channels = TRY(perChannel(arguments, name));
    }
    for (const float deviation : how.deviation)
        if (!(deviation > 0))
            return fail(ErrorKind::InvalidInput, {}, "--std must be greater than 0");
    if (how != theirs) {
        how.isAssumed = false;
        how.source = "command line";
    }
    return how;
}

void noteAssumption(const Arguments &arguments, const nn::Preprocess &how)
{
    const QStringList paths = arguments.positional();
    if (how.isAssumed && !arguments.isQuiet() && !std::all_of(paths.begin(), paths.end(), isTensorFile))
        note(QStringLiteral("preprocessing is %1; --resize, --crop, --mean and --std set it")
                 .arg(QString::fromStdString(how.source)));
}

bool isTensorFile(const QString &path)
{
    return path.endsWith(".npy", Qt::CaseInsensitive);
}

Result<Tensor> readInput(const QString &path, const nn::Preprocess &how)
{
    if (!isTensorFile(path))
        return image::preprocess(TRY(image::decodeFile(path)), how);
    auto tensor = image::readNpy(path.toStdString());
    if (tensor && (tensor->shape.c != 3 || tensor->shape.count() == 0))
        return fail(ErrorKind::Mismatch, path.toStdString(),
                    "has shape " + tensor->shape.text() + ", an input is 3xHxW or Nx3xHxW");
    return tensor;
}

Result<Tensor> readSingleInput(const QString &path, const nn::Preprocess &how)
{
    auto input = readInput(path, how);
    if (input && input->shape.n != 1)
        return fail(ErrorKind::Mismatch, path.toStdString(),
                    "holds " + std::to_string(input->shape.n) + " inputs, one is looked at");
    return input;
}

} // namespace reslens::cli
