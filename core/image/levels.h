// Makes 8 bits of pictures with more: which values become black and white.
#pragma once

#include <QImage>
#include <QString>

#include <optional>

namespace reslens::image {

/// The values that become 0 and 255, in units of the file.
struct Levels {
    int low = 0, high = 65535;
    bool operator==(const Levels &) const = default;
};

/// True if a channel has more than 8 bits.
bool hasDeepChannels(const QImage &picture);

/// The whole range of a grey picture. A colour picture keeps the relation of its channels and the place of zero: from 0
/// to the largest value of its bits (4095 for one with values up to 3000).
Levels fullRange(const QImage &picture);

/// RGB888. Values outside of the levels are black or white.
QImage withLevels(const QImage &picture, const Levels &levels);

} // namespace reslens::image
