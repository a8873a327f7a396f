// Writes the data of views to files. Each function writes next to the target and renames at the end, so that no
// partial file remains. Safe on any thread.
#pragma once

#include "error/error.h"
#include "tensor/tensor.h"

#include <QByteArray>
#include <QImage>
#include <QString>

namespace reslens::pages {

Result<void> writePng(const QString &path, const QImage &view);
Result<void> writeBytes(const QString &path, const QByteArray &bytes);
/// Writes one line per value: channel, row, column, value (nine significant digits, so that fp32 survives).
Result<void> writeCsv(const QString &path, const Tensor &tensor);
Result<void> writeArray(const QString &path, const Tensor &tensor); // .npy

} // namespace reslens::pages
