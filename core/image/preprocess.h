// Turns a picture into the network's input as torchvision does: resize, centre crop, scale to [0,1] or [0,255], order
// of the channels, normalise. The resize equals Pillow's Image.resize to the last bit, with each of its filters: their
// weights are fixed-point numbers of 22 bits, and all but "nearest" are as wide as the reduction factor demands. It
// runs horizontally, rounds to 8 bits, then runs vertically.
#pragma once

#include "error/error.h"
#include "nn/model.h"
#include "tensor/tensor.h"

#include <QImage>
#include <QRect>
#include <QRectF>
#include <QSize>

namespace reslens::image {

/// Returns (1, channels, crop, crop). `rgb` is RGB888 and not empty; the sizes in `how` are at least 1. If the resized
/// picture is smaller than the crop, black surrounds it. One channel is Pillow's "L" of the picture, with the average
/// of the three means and deviations. Mismatch: the network takes neither 1 nor 3 channels. Limit: there is not enough
/// memory.
Result<Tensor> preprocess(const QImage &rgb, const nn::Preprocess &how, int channels = 3);

/// The mean or deviation of channel `c` of `channels`, which are 1 or 3.
float ofChannel(const std::array<float, 3> &values, int c, int channels);

/// The area that the network sees, in pixels of the picture. It extends beyond the picture where black surrounds it.
QRectF cropFrame(QSize picture, const nn::Preprocess &how);

/// The crop in pixels of the resized picture, with torchvision's rounding; it may begin below 0.
QRect cropWindow(QSize resizedPicture, int crop);

/// By torchvision's rule the shorter side becomes `shorterSide`, the longer one int(shorterSide * long / short).
QSize resizedSize(QSize picture, int shorterSide);
/// The same, or what `how` squashes every picture to.
QSize resizedSize(QSize picture, const nn::Preprocess &how);

/// The part `window` of `rgb` (RGB888) resized to `size`; computes only that part. `window` lies within `size`. Null if
/// there is not enough memory.
QImage resizedPart(const QImage &rgb, QSize size, QRect window,
                   nn::Interpolation interpolation = nn::Interpolation::Bilinear);

} // namespace reslens::image
