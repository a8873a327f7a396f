#include "image/salvage.h"

#include <csetjmp>
#include <cstdio> // jpeglib.h needs it first
#include <vector>

#include <jpeglib.h>

#include <jerror.h>
#include <png.h>

#include <algorithm>

namespace reslens::image {

namespace {

// Both libraries report errors by a call that must not return, so each function below has a jump to leave by. No object
// with a destructor is made between the jump's target and its source.

/// libjpeg's error state, with what to do about errors and warnings: nothing is printed.
struct JpegErrors {
    jpeg_error_mgr manager; // first, so that libjpeg's pointer is one to the whole
    std::jmp_buf leave;
    bool isCorrupt = false; // pixels are missing from here on
};

void leaveJpeg(j_common_ptr jpeg)
{
    std::longjmp(reinterpret_cast<JpegErrors *>(jpeg->err)->leave, 1);
}

void noteJpeg(j_common_ptr jpeg, int level)
{
    // The end of the file alone costs no pixel: the decoder says when it lacks bits.
    if (level < 0 && jpeg->err->msg_code != JWRN_JPEG_EOF)
        reinterpret_cast<JpegErrors *>(jpeg->err)->isCorrupt = true;
}

/// CMYK of Adobe's programs is stored inverted: 255 is no ink.
void fromCmyk(const uchar *cmyk, uchar *rgb, int width)
{
    for (int x = 0; x < width; ++x, cmyk += 4, rgb += 3)
        for (int c = 0; c < 3; ++c)
            rgb[c] = uchar(int(cmyk[c]) * cmyk[3] / 255);
}

/// Returns the number of rows that are whole; -1 if the header cannot be read.
int readJpeg(jpeg_decompress_struct &jpeg, JpegErrors &errors, QByteArrayView bytes, qint64 mostPixels,
             Salvaged &salvaged, std::vector<uchar> &line)
{
    volatile int whole = -1; // it lives through the jump
    if (setjmp(errors.leave))
        return whole;
    jpeg_mem_src(&jpeg, reinterpret_cast<const uchar *>(bytes.data()), static_cast<unsigned long>(bytes.size()));
    jpeg_read_header(&jpeg, TRUE);
    if (qint64(jpeg.image_width) * jpeg.image_height > mostPixels)
        return -1;
    const bool isCmyk = jpeg.jpeg_color_space == JCS_CMYK || jpeg.jpeg_color_space == JCS_YCCK;
    jpeg.out_color_space = isCmyk ? JCS_CMYK : JCS_RGB;
    salvaged.rgb = QImage(int(jpeg.image_width), int(jpeg.image_height), QImage::Format_RGB888);
    if (salvaged.rgb.isNull())
        return -1;
    salvaged.rgb.fill(Qt::black);
    line.resize(std::size_t(4) * jpeg.image_width);
    jpeg_start_decompress(&jpeg);
    whole = 0;
    salvaged.isCoarse = errors.isCorrupt && jpeg.progressive_mode;
    while (jpeg.output_scanline < jpeg.output_height) {
        uchar *row = salvaged.rgb.scanLine(int(jpeg.output_scanline));
        JSAMPROW target = isCmyk ? line.data() : row;
        jpeg_read_scanlines(&jpeg, &target, 1);
        if (errors.isCorrupt && !salvaged.isCoarse) {
            std::fill_n(row, 3 * std::size_t(jpeg.image_width), uchar(0));
            break;
        }
        if (isCmyk)
            fromCmyk(line.data(), row, int(jpeg.image_width));
        whole = int(jpeg.output_scanline);
    }
    return whole;
}

struct PngRows {
    Salvaged *salvaged;
    qint64 mostPixels;
    std::vector<bool> isThere;
};

void leavePng(png_structp png, png_const_charp)
{
    longjmp(png_jmpbuf(png), 1);
}

void beginPng(png_structp png, png_infop info)
{
    auto *rows = static_cast<PngRows *>(png_get_progressive_ptr(png));
    if (qint64(png_get_image_width(png, info)) * png_get_image_height(png, info) > rows->mostPixels)
        png_error(png, "");
    png_set_expand(png);
    png_set_scale_16(png);
    png_set_gray_to_rgb(png);
    png_set_strip_alpha(png);
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
    QImage &rgb = rows->salvaged->rgb;
    rgb = QImage(int(png_get_image_width(png, info)), int(png_get_image_height(png, info)), QImage::Format_RGB888);
    if (rgb.isNull())
        png_error(png, "");
    rgb.fill(Qt::black);
    rows->isThere.assign(std::size_t(rgb.height()), false);
}

void takePngRow(png_structp png, png_bytep row, png_uint_32 number, int)
{
    auto *rows = static_cast<PngRows *>(png_get_progressive_ptr(png));
    if (!row || number >= png_uint_32(rows->salvaged->rgb.height()))
        return;
    png_progressive_combine_row(png, rows->salvaged->rgb.scanLine(int(number)), row);
    rows->isThere[number] = true;
}

/// What was read stays in `rows`, whether or not an error ends it.
void readPng(png_structp png, png_infop info, QByteArrayView bytes, PngRows &rows)
{
    if (setjmp(png_jmpbuf(png)))
        return;
    png_set_crc_action(png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);
    png_set_progressive_read_fn(png, &rows, beginPng, takePngRow, nullptr);
    png_process_data(png, info, reinterpret_cast<png_bytep>(const_cast<char *>(bytes.data())),
                     std::size_t(bytes.size()));
}

} // namespace

QString Salvaged::damage() const
{
    if (isCoarse)
        return QStringLiteral("its last scans are missing, so it is coarser than it should be");
    if (missingRows == 0)
        return QStringLiteral("its end is missing or its checksums are wrong, but all pixels are there");
    return QStringLiteral("%1 of its %2 rows are missing").arg(missingRows).arg(rgb.height());
}

std::optional<Salvaged> salvageJpeg(QByteArrayView bytes, qint64 mostPixels)
{
    JpegErrors errors;
    jpeg_decompress_struct jpeg{};
    jpeg.err = jpeg_std_error(&errors.manager);
    errors.manager.error_exit = leaveJpeg;
    errors.manager.emit_message = noteJpeg;
    errors.manager.output_message = [](j_common_ptr) {};
    jpeg_create_decompress(&jpeg);
    Salvaged salvaged;
    std::vector<uchar> line;
    const int whole = readJpeg(jpeg, errors, bytes, mostPixels, salvaged, line);
    jpeg_destroy_decompress(&jpeg);
    if (whole <= 0 || salvaged.rgb.isNull())
        return std::nullopt;
    salvaged.missingRows = salvaged.rgb.height() - whole;
    return salvaged;
}

std::optional<Salvaged> salvagePng(QByteArrayView bytes, qint64 mostPixels)
{
    png_structp png =
        png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, leavePng, [](png_structp, png_const_charp) {});
    png_infop info = png ? png_create_info_struct(png) : nullptr;
    Salvaged salvaged;
    PngRows rows{&salvaged, mostPixels, {}};
    if (info)
        readPng(png, info, bytes, rows);
    png_destroy_read_struct(&png, &info, nullptr);
    const auto there = std::ranges::count(rows.isThere, true);
    if (there == 0)
        return std::nullopt;
    salvaged.missingRows = salvaged.rgb.height() - int(there);
    return salvaged;
}

} // namespace reslens::image
