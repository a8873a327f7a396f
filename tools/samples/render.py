#!/usr/bin/python3
"""Renders the sample pictures that come inside the program (resources/samples/*.jpg).

    tools/samples/render.py [--scale 2] [--out FOLDER] [NAME ...]

--scale is the number of rays per pixel along each axis; 0.5 gives a quick preview of half the size.
"""
import argparse
import time
from pathlib import Path

from PIL import Image

import animals
import vehicles
from raymarch import developed

SCENES = {"ship": vehicles.ship, "airplane": vehicles.airplane, "automobile": vehicles.automobile,
          "truck": vehicles.truck, "frog": animals.frog, "horse": animals.horse}
WIDTH, HEIGHT, QUALITY = 640, 480, 88
ROOT = Path(__file__).resolve().parents[2]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--scale", type=float, default=2)
    parser.add_argument("--out", type=Path, default=ROOT / "resources" / "samples")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for name in options.names or SCENES:
        start = time.time()
        scene, camera, target, field = SCENES[name]()
        width, height = int(WIDTH * options.scale), int(HEIGHT * options.scale)
        pixels = developed(scene.render(camera, target, width, height, field))
        image = Image.fromarray(pixels)
        if options.scale > 1:
            image = image.resize((WIDTH, HEIGHT), Image.BOX)
        file = options.out / f"{name}.jpg"
        image.save(file, quality=QUALITY, optimize=True)
        print(f"{file}: {file.stat().st_size} bytes, {time.time() - start:.0f} s", flush=True)


main()
