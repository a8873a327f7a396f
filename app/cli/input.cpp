#include "cli/input.h"

#include "cli/report.h"
#include "image/decode.h"
#include "image/npy.h"
#include "image/preprocess.h"

#include <QFile>

#include <algorithm>

namespace reslens::cli {

void noteAssumption(const Arguments &arguments, const nn::Preprocess &how)
{
    const QStringList paths = arguments.positional();
    if (how.isAssumed && !arguments.isQuiet() && !std::all_of(paths.begin(), paths.end(), isTensorFile))
        note(QStringLiteral("preprocessing is %1; --resize, --crop, --mean, --std and others set it")
                 .arg(QString::fromStdString(how.source)));
}

bool isTensorFile(const QString &path)
{
    return path.endsWith(".npy", Qt::CaseInsensitive);
}

Result<Tensor> readInput(const QString &path, const nn::Model &model, const image::PictureOptions &options,
                         image::PictureFacts *facts)
{
    const int channels = model.network.architecture.inputChannels;
    if (isTensorFile(path))
        return image::readNpy(QFile::encodeName(path).toStdString(), channels);
    auto input = image::preprocess(TRY(image::decodeFile(path, options, facts)), model.preprocess, channels);
    if (!input && input.error().kind == ErrorKind::Mismatch)
        return fail(ErrorKind::Mismatch, path.toStdString(), input.error().problem);
    return input;
}

void addPictureOptions(Arguments &arguments)
{
    arguments.add({"levels"}, "Of pictures with more than 8 bits: the values that become 0 and 255.", "LOW:HIGH");
    arguments.add({"orientation"}, "ignore: take pictures as they are stored, whatever EXIF says, as PIL does.",
                  "upright|ignore");
}

Result<image::PictureOptions> pictureOptions(const Arguments &arguments)
{
    image::PictureOptions options;
    if (arguments.has("levels")) {
        const QStringList ends = arguments.value("levels").split(u':');
        bool isLow = false, isHigh = false;
        image::Levels levels{ends.value(0).toInt(&isLow), ends.value(1).toInt(&isHigh)};
        if (ends.size() != 2 || !isLow || !isHigh || levels.low >= levels.high)
            return fail(ErrorKind::InvalidInput, {},
                        "--levels needs two whole numbers, the smaller first, as in 0:4095, not '" +
                            arguments.value("levels").toStdString() + "'");
        options.levels = levels;
    }
    if (const QString how = arguments.value("orientation"); arguments.has("orientation")) {
        if (how != "upright" && how != "ignore")
            return fail(ErrorKind::InvalidInput, {},
                        "--orientation needs upright or ignore, not '" + how.toStdString() + "'");
        options.isUpright = how == "upright";
    }
    return options;
}

void printNotes(const Arguments &arguments, const QString &path, const image::Notes &notes)
{
    if (!arguments.isQuiet())
        for (const std::string &text : notes)
            note(path + " " + QString::fromStdString(text));
}

Result<Tensor> readSingleInput(const Arguments &arguments, const QString &path, const nn::Model &model)
{
    image::PictureFacts facts;
    auto input = readInput(path, model, TRY(pictureOptions(arguments)), &facts);
    printNotes(arguments, path, facts.notes);
    if (input && input->shape.n != 1)
        return fail(ErrorKind::Mismatch, path.toStdString(),
                    "holds " + std::to_string(input->shape.n) + " inputs, one is looked at");
    return input;
}

} // namespace reslens::cli
