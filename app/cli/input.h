// Reads pictures and .npy tensors as a network's input.
#pragma once

#include "cli/arguments.h"
#include "image/decode.h"
#include "nn/model.h"
#include "tensor/tensor.h"

namespace reslens::cli {

/// Adds --levels and --orientation.
void addPictureOptions(Arguments &arguments);
/// Errors are usage errors.
Result<image::PictureOptions> pictureOptions(const Arguments &arguments);
/// Prints what decoding noted about a picture, unless --quiet.
void printNotes(const Arguments &arguments, const QString &path, const image::Notes &notes);

/// Notes that the preprocessing is a guess, if a picture needs it, unless --quiet.
void noteAssumption(const Arguments &arguments, const nn::Preprocess &how);

/// True for a .npy file: its input is already preprocessed and is used as it is.
bool isTensorFile(const QString &path);
/// Returns (1,C,crop,crop) for a picture, and (N,C,H,W) for a .npy of (C,H,W) or (N,C,H,W). C is what the network
/// takes.
Result<Tensor> readInput(const QString &path, const nn::Model &model, const image::PictureOptions &options,
                         image::PictureFacts *facts);
/// Reads a file with one input. Errors: also ErrorKind::Mismatch.
Result<Tensor> readSingleInput(const Arguments &arguments, const QString &path, const nn::Model &model);

} // namespace reslens::cli
