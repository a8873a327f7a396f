// Feature maps as files. Each writes beside the target and renames at the end, so that no partial file remains.
#pragma once

#include "error/error.h"
#include "tensor/tensor.h"

#include <QImage>
#include <QString>

namespace reslens::pages {

Result<void> writePng(const QString &path, const QImage &view);
/// One line per value: channel, row, column, value (nine significant digits, so that fp32 survives).
Result<void> writeCsv(const QString &path, const Tensor &tensor);
Result<void> writeArray(const QString &path, const Tensor &tensor); // .npy

} // namespace reslens::pages
