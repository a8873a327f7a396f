"""CIFAR-10 as class folders of JPEG files in a zip archive -> tensors, and the augmentation used in training."""
import io
import zipfile
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)


def load(archive, cache):
    """All images of `archive` as (N,3,32,32) uint8 and their labels; decoded once and kept under `cache`."""
    archive, cached = Path(archive), Path(cache) / (Path(archive).stem + ".npz")
    if not cached.exists():
        images, labels = [], []
        with zipfile.ZipFile(archive) as files:
            for name in sorted(n for n in files.namelist() if n.lower().endswith((".jpg", ".jpeg", ".png"))):
                images.append(np.asarray(Image.open(io.BytesIO(files.read(name))).convert("RGB")))
                labels.append(CLASSES.index(Path(name).parent.name))
        cached.parent.mkdir(parents=True, exist_ok=True)
        np.savez(cached, images=np.stack(images).transpose(0, 3, 1, 2), labels=np.array(labels))
    with np.load(cached) as data:
        return torch.from_numpy(data["images"]), torch.from_numpy(data["labels"])


def normalise(images):
    mean, std = (torch.tensor(v).view(1, 3, 1, 1) for v in (MEAN, STD))
    return (images.float() / 255 - mean) / std


def augment(images, size, random):
    """Random zoom, shift and flip; a quarter is blurred by resampling and contrast varies, as in scaled-down photographs.

    The output is (N,3,size,size): early epochs train on smaller pictures, which is faster.
    """
    n = len(images)
    x = normalise(images)
    zoom = torch.empty(n).uniform_(0.7, 1.1, generator=random)
    flip = torch.where(torch.rand(n, generator=random) < 0.5, -1.0, 1.0)
    shift = torch.empty(n, 2).uniform_(-0.25, 0.25, generator=random)
    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0], theta[:, 1, 1], theta[:, :, 2] = zoom * flip, zoom, shift
    x = F.grid_sample(x, F.affine_grid(theta, (n, 3, size, size), align_corners=False),
                      padding_mode="reflection", align_corners=False)
    blurred = n // 4
    low = int(torch.randint(size // 2, size, (1,), generator=random))
    x[:blurred] = F.interpolate(F.interpolate(x[:blurred], (low, low), mode="area"), (size, size), mode="bilinear",
                                align_corners=False)
    contrast = torch.empty(n, 1, 1, 1).uniform_(0.75, 1.25, generator=random)
    brightness = torch.empty(n, 1, 1, 1).uniform_(-0.3, 0.3, generator=random)
    return x * contrast + brightness
