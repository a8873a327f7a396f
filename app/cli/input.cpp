#include "cli/input.h"

#include "cli/report.h"
#include "image/decode.h"
#include "image/npy.h"
#include "image/preprocess.h"

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
