// A picture becomes the network's input as in torchvision: resize, centre crop, scale to [0,1], normalise.
#pragma once

#include "nn/model.h"
#include "tensor/tensor.h"

#include <QImage>
#include <QRect>
#include <QRectF>

namespace reslens::image {

/// (1, 3, crop, crop). `rgb` is RGB888 and not empty, how.resize and how.crop are at least 1. Where the resized picture
/// is smaller than the crop, black surrounds it.
Tensor preprocess(const QImage &rgb, const nn::Preprocess &how);

/// What the network sees, in pixels of the picture; reaches beyond the picture where black surrounds it.
QRectF cropFrame(QSize picture, const nn::Preprocess &how);

/// The crop in pixels of the resized picture, with torchvision's rounding; may begin below 0.
QRect cropWindow(QSize resizedPicture, int crop);

} // namespace reslens::image
