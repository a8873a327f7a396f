// Reads JPEG and PNG files whose end is missing or whose checksums are wrong, as far as their pixels are there.
#pragma once

#include <QByteArrayView>
#include <QImage>
#include <QString>

#include <optional>

namespace reslens::image {

struct Salvaged {
    QImage rgb; // RGB888, as the file stores it: EXIF's orientation is not applied; missing rows are black
    int missingRows = 0;
    bool isCoarse = false; // a progressive JPEG whose last scans are missing

    /// "12 of its 480 rows are missing", for a note.
    QString damage() const;
};

/// Empty if not a single row can be read, or there are more than `mostPixels`.
std::optional<Salvaged> salvageJpeg(QByteArrayView bytes, qint64 mostPixels);
std::optional<Salvaged> salvagePng(QByteArrayView bytes, qint64 mostPixels);

} // namespace reslens::image
