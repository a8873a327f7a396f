// Pictures and .npy tensors as a network's input.
#pragma once

#include "cli/arguments.h"
#include "nn/model.h"
#include "tensor/tensor.h"

namespace reslens::cli {

/// --resize, --crop, --mean and --std.
void addPreprocessOptions(Arguments &arguments);
/// `theirs` with what the options say instead; the error is a usage error.
Result<nn::Preprocess> preprocessOf(const Arguments &arguments, const nn::Preprocess &theirs);

/// Says it where the preprocessing is a guess and a picture needs it, unless --quiet.
void noteAssumption(const Arguments &arguments, const nn::Preprocess &how);

/// A .npy file holds an input that is already preprocessed, and is taken as it is.
bool isTensorFile(const QString &path);
/// (1,3,crop,crop) from a picture; (N,3,H,W) from a .npy of (3,H,W) or (N,3,H,W).
Result<Tensor> readInput(const QString &path, const nn::Preprocess &how);
/// The same, of a file with one input. Also ErrorKind::Mismatch.
Result<Tensor> readSingleInput(const QString &path, const nn::Preprocess &how);

} // namespace reslens::cli
