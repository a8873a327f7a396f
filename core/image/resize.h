// PIL's antialiased bilinear resize (Pillow's Image.resize with BILINEAR), to the last bit: a triangle filter as wide
// as the reduction, horizontally, rounded to 8 bits, then vertically, with 22-bit fixed-point weights.
#pragma once

#include <QImage>
#include <QRect>
#include <QSize>

namespace reslens::image {

/// torchvision's rule: the shorter side becomes `shorterSide`, the longer one int(shorterSide * long / short).
QSize resizedSize(QSize picture, int shorterSide);

/// The whole of `rgb` (RGB888) with its shorter side at `shorterSide` pixels; null if there is no memory for it.
QImage resized(const QImage &rgb, int shorterSide);

/// The part `window` of `rgb` resized to `size`, computing only what it needs. `window` lies within `size`.
QImage resizedPart(const QImage &rgb, QSize size, QRect window);

} // namespace reslens::image
