#!/usr/bin/python3
"""What `reslens-cli classify --json` does, in PyTorch: `pytorch_classify.py NETWORK FILE.safetensors THREADS < PATHS`.

The pictures' paths come one a line; the answer is JSON of the same form. The weights' file says how pictures are prepared,
or they are ImageNet's. As people write it: PIL decodes, resizes and crops, and the network sees 128 pictures at a time.
"""
import json
import sys

import numpy
import torch
from PIL import Image

import networks

BATCH = 128
IMAGENET = {"resize": 256, "crop": 224, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}


def opened(path, how):
    picture = Image.open(path).convert("RGB")
    scale = how["resize"] / min(picture.size)
    if scale != 1:
        picture = picture.resize((round(picture.width * scale), round(picture.height * scale)), Image.BILINEAR)
    left, top = (picture.width - how["crop"]) // 2, (picture.height - how["crop"]) // 2
    if left or top:
        picture = picture.crop((left, top, left + how["crop"], top + how["crop"]))
    return numpy.asarray(picture)


def batch_of(paths, how):
    pixels = torch.from_numpy(numpy.stack([opened(path, how) for path in paths]))
    mean, std = (torch.tensor(how[key]) for key in ("mean", "std"))
    return ((pixels / 255 - mean) / std).permute(0, 3, 1, 2).contiguous()


def top_of(path, logits, probabilities, labels):
    best = probabilities.topk(min(5, len(probabilities)))
    return {"image": path,
            "top": [{"index": index, "label": labels[index] if labels else str(index), "probability": probability,
                     "logit": logits[index].item()} for probability, index in zip(*(part.tolist() for part in best))]}


def main():
    name, file, threads = sys.argv[1:4]
    torch.set_num_threads(int(threads))
    module, metadata = networks.build_from(name, file)
    how = json.loads(metadata.get("reslens.preprocess", json.dumps(IMAGENET)))
    labels = json.loads(metadata.get("reslens.classes", "[]"))
    paths, results = sys.stdin.read().splitlines(), []
    with torch.inference_mode():
        for begin in range(0, len(paths), BATCH):
            some = paths[begin:begin + BATCH]
            logits = module(batch_of(some, how))
            results += [top_of(*row, labels) for row in zip(some, logits, logits.softmax(1))]
    print(json.dumps({"model": name, "version": torch.__version__, "results": results}))


main()
