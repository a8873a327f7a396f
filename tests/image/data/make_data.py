#!/usr/bin/python3
"""Writes the pictures in this folder and what PIL and torchvision make of them (Debian 12's versions).

    tests/image/data/make_data.py [PHOTOGRAPHS]

decode/NAME.EXT is a picture in an odd format, decode/NAME.expected.png what PIL's convert("RGB") sees, upright.
resize/RESIZE_CROP_SOURCE.png is torchvision's Resize(RESIZE) and CenterCrop(CROP) of decode/SOURCE.expected.png.
filters/FILTER_WIDTH_HEIGHT_SOURCE.png is PIL's resize of decode/SOURCE.png with one of its filters.
normalised.npy is the whole of torchvision's preprocessing of one of them; caffe.npy is one as Caffe's networks have it:
squashed, 0 to 255, BGR, a mean for each channel.
photographs.tsv (with a folder of photographs) has the SHA-256 of the RGB bytes after Resize(256), CenterCrop(224) of
each; photographs.png shows their Resize(36), CenterCrop(32) in a row.
"""
import hashlib
import io
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps
from torchvision import transforms
from torchvision.transforms._presets import ImageClassification

HERE = Path(__file__).resolve().parent
CROPS = [("scene", 32, 32), ("scene", 40, 24), ("scene", 31, 31), ("scene", 70, 50), ("scene", 20, 32),
         ("scene", 30, 37), ("tall", 33, 28), ("tall", 8, 8), ("pixel", 5, 4), ("line", 16, 16)]

FILTERS = ["nearest", "lanczos", "bilinear", "bicubic", "box", "hamming"]
SIZES = [("scene", 20, 50), ("scene", 13, 9), ("scene", 41, 60), ("tall", 71, 33)]
CAFFE_MEAN = np.array([103.939, 116.779, 123.68], np.float32)


def scene(width, height):
    """A sky, a sun, a striped field and some noise: smooth and sharp parts, every channel different."""
    random = np.random.default_rng(7)
    y, x = np.mgrid[0:height, 0:width] / min(width, height)
    sky = np.stack([90 + 80 * y, 140 + 60 * y, 230 - 40 * y], axis=-1)
    field = np.stack([60 + 50 * np.sin(40 * x), 120 + 60 * np.cos(25 * x * y), 40 + 30 * y], axis=-1)
    picture = np.where((y < 0.55)[..., None], sky, field)
    picture = np.where((np.hypot(x - 0.9, y - 0.25) < 0.15)[..., None], [255, 240, 120], picture)
    return Image.fromarray(np.clip(picture + random.normal(0, 6, picture.shape), 0, 255).astype(np.uint8))


def with_alpha(image):
    alpha = Image.linear_gradient("L").resize(image.size)
    result = image.convert("RGBA")
    result.putalpha(alpha)
    return result


def png16(image, grey):
    """A 16-bit PNG by hand, since PIL cannot write 16 bits per channel; low bytes are noise."""
    import struct
    import zlib
    high = np.asarray(image.convert("L" if grey else "RGB"))
    low = np.random.default_rng(3).integers(0, 256, high.shape, dtype=np.uint8)
    rows = np.stack([high, low], axis=-1).reshape(image.height, -1)
    data = b"".join(b"\0" + row.tobytes() for row in rows)
    chunk = lambda kind, body: struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    head = struct.pack(">IIBBBBB", image.width, image.height, 16, 0 if grey else 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b"")


def encoded(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def with_orientation(image, orientation, kind="JPEG"):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(image, kind, quality=90, exif=exif)


def odd_files():
    small, grey = scene(41, 31), scene(41, 31).convert("L")
    palette = small.quantize(64)
    transparent = small.quantize(16)
    files = {
        "scene.png": encoded(small, "PNG"), "tall.png": encoded(scene(23, 80), "PNG"),
        "pixel.png": encoded(scene(1, 1), "PNG"), "line.png": encoded(scene(90, 2), "PNG"),
        "photo.jpg": encoded(small, "JPEG", quality=90),
        "progressive.jpg": encoded(small, "JPEG", quality=80, progressive=True),
        "full_chroma.jpg": encoded(small, "JPEG", quality=80, subsampling=0),
        "grey.jpg": encoded(grey, "JPEG", quality=90),
        "cmyk.jpg": encoded(small.convert("CMYK"), "JPEG", quality=90),
        "grey.png": encoded(grey, "PNG"), "grey_alpha.png": encoded(with_alpha(small).convert("LA"), "PNG"),
        "alpha.png": encoded(with_alpha(small), "PNG"), "palette.png": encoded(palette, "PNG"),
        "palette_alpha.png": encoded(transparent, "PNG", transparency=3),
        "one_bit.png": encoded(small.convert("1"), "PNG"),
        "rgb16.png": png16(small, grey=False), "grey16.png": png16(small, grey=True),
        "lossy.webp": encoded(small, "WEBP", quality=80),
        "alpha.webp": encoded(with_alpha(small), "WEBP", lossless=True, exact=True),
        "plain.tiff": encoded(small, "TIFF"), "lzw.tiff": encoded(small, "TIFF", compression="tiff_lzw"),
        "windows.bmp": encoded(small, "BMP"), "grey.bmp": encoded(grey, "BMP"), "simple.gif": encoded(palette, "GIF"),
        "animated.gif": encoded(palette, "GIF", save_all=True, append_images=[small.rotate(180).quantize(64)]),
        "colour.ppm": encoded(small, "PPM"), "grey.pgm": encoded(grey, "PPM"),
        "bits.pbm": encoded(small.convert("1"), "PPM"),
    }
    for orientation in range(1, 9):
        files[f"orientation{orientation}.jpg"] = with_orientation(small, orientation)
    return files


def expected(content, name):
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(content)))
    if name == "grey16.png":  # PIL's convert clips 16-bit grey at 255; here its full range is shown
        values = np.asarray(image).astype(np.float64)
        values = (values - values.min()) / (values.max() - values.min()) * 255
        return Image.fromarray((values + 0.5).astype(np.uint8)).convert("RGB")
    return image.convert("RGB")


def cropped(image, resize, crop):
    return transforms.CenterCrop(crop)(transforms.Resize(resize)(image))


def write_photographs(folder):
    rows, strip = ["# photograph, SHA-256 of the RGB bytes after Resize(256), CenterCrop(224)"], []
    for file in sorted(folder.glob("*.JPEG")):
        image = Image.open(file).convert("RGB")
        rows.append(f"{file.name}\t{hashlib.sha256(cropped(image, 256, 224).tobytes()).hexdigest()}")
        strip.append(np.asarray(cropped(image, 36, 32)))
    (HERE / "photographs.tsv").write_text("\n".join(rows) + "\n")
    Image.fromarray(np.concatenate(strip, axis=1)).save(HERE / "photographs.png", optimize=True)


def main():
    for folder in ("decode", "resize", "filters"):
        (HERE / folder).mkdir(exist_ok=True)
    for name, content in odd_files().items():
        (HERE / "decode" / name).write_bytes(content)
        expected(content, name).save(HERE / "decode" / f"{name}.expected.png", optimize=True)
    for source, resize, crop in CROPS:
        image = Image.open(HERE / "decode" / f"{source}.png")
        cropped(image, resize, crop).save(HERE / "resize" / f"{source}_{resize}_{crop}.png", optimize=True)
    image = Image.open(HERE / "decode" / "scene.png")
    np.save(HERE / "normalised.npy", ImageClassification(crop_size=24, resize_size=40)(image).numpy())
    for source, width, height in SIZES:
        with Image.open(HERE / "decode" / f"{source}.png") as picture:
            for name in FILTERS:
                picture.resize((width, height), Image.Resampling[name.upper()]).save(
                    HERE / "filters" / f"{name}_{width}_{height}_{source}.png", optimize=True)
    squashed = np.asarray(image.resize((24, 24), Image.Resampling.BICUBIC), np.float32)[:, :, ::-1]
    np.save(HERE / "caffe.npy", (squashed - CAFFE_MEAN).transpose(2, 0, 1)[None].copy())
    if len(sys.argv) > 1:
        write_photographs(Path(sys.argv[1]))


main()
