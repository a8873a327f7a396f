// Finds files that were cut short before a decoder sees them: some decoders would show grey or garbage without a word,
// others would write to the terminal.
#pragma once

#include <QByteArrayView>

namespace reslens::image {

/// The entropy-coded data is followed by an end-of-image marker. `bytes` begins with a start-of-image marker.
bool isCompleteJpeg(QByteArrayView bytes);
/// The first frame's data blocks are there, with their terminator.
bool isCompleteGif(QByteArrayView bytes);
/// Its chunks reach to the end-of-picture chunk.
bool isCompletePng(QByteArrayView bytes);
/// The first directory is there; it stands behind the picture in most files. The decoder checks the picture.
bool isCompleteTiff(QByteArrayView bytes);
/// All rows are there; run-length encoded bitmaps are taken as complete.
bool isCompleteBmp(QByteArrayView bytes);

} // namespace reslens::image
