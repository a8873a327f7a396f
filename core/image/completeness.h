// Finds files that were cut short in the formats whose decoders would show grey or garbage without a word.
// The decoders of the other formats refuse such files themselves.
#pragma once

#include <QByteArrayView>

namespace reslens::image {

/// The entropy-coded data is followed by an end-of-image marker. `bytes` begins with a start-of-image marker.
bool isCompleteJpeg(QByteArrayView bytes);
/// The first frame's data blocks are there, with their terminator.
bool isCompleteGif(QByteArrayView bytes);
/// All rows are there; run-length encoded bitmaps are taken as complete.
bool isCompleteBmp(QByteArrayView bytes);

} // namespace reslens::image
