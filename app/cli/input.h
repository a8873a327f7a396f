// Reads pictures and .npy tensors as a network's input.
#pragma once

#include "cli/arguments.h"
#include "nn/model.h"
#include "tensor/tensor.h"

namespace reslens::cli {

/// Notes that the preprocessing is a guess, if a picture needs it, unless --quiet.
void noteAssumption(const Arguments &arguments, const nn::Preprocess &how);

/// True for a .npy file: its input is already preprocessed and is used as it is.
bool isTensorFile(const QString &path);
/// Returns (1,3,crop,crop) for a picture, and (N,3,H,W) for a .npy of (3,H,W) or (N,3,H,W).
Result<Tensor> readInput(const QString &path, const nn::Preprocess &how);
/// Reads a file with one input. Errors: also ErrorKind::Mismatch.
Result<Tensor> readSingleInput(const QString &path, const nn::Preprocess &how);

} // namespace reslens::cli
