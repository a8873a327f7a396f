// Tables from a value in [0, 1] to a colour, made in OKLab so that equal steps of the value look equally large.
#pragma once

#include <QRgb>
#include <QString>

#include <array>
#include <span>
#include <vector>

namespace reslens::widgets {

class ColourMap {
public:
    /// Odd, so that a diverging map has one entry for zero.
    static constexpr int kEntries = 257;

    enum class Kind { Sequential, Diverging };

    ColourMap() = default;
    ColourMap(QString id, Kind kind, const std::array<QRgb, kEntries> &table)
        : m_id(std::move(id)), m_kind(kind), m_table(table)
    {
    }

    const QString &id() const { return m_id; }
    Kind kind() const { return m_kind; }
    /// `position` is clamped to [0, 1].
    QRgb at(double position) const;
    QRgb entry(int index) const { return m_table[index]; }

private:
    QString m_id;
    Kind m_kind = Kind::Sequential;
    std::array<QRgb, kEntries> m_table{};
};

/// From dark violet over teal to light yellow; lightness rises all the way. Our own table, in viridis' manner.
const ColourMap &duskMap();
const ColourMap &greyMap();
/// Blue below zero, orange above, zero light or dark; both arms are equally long.
const ColourMap &divergingLightMap();
const ColourMap &divergingDarkMap();

struct OkLab {
    double L, a, b;
};
OkLab okLabOf(QRgb colour);

} // namespace reslens::widgets
