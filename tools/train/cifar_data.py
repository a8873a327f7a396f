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


def shifted_and_flipped(x, size, random):
    """A random size x size window of each image (4 pixels of reflected border around it), mirrored half of the time."""
    n, border = len(x), 4
    x = F.pad(x, (border,) * 4, mode="reflect")
    last = x.shape[-1] - size
    rows = torch.randint(0, last + 1, (n, 1), generator=random) + torch.arange(size)
    columns = torch.randint(0, last + 1, (n, 1), generator=random) + torch.arange(size)
    columns = torch.where(torch.rand(n, 1, generator=random) < 0.5, columns, columns.flip(1))
    return x[torch.arange(n)[:, None, None], :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def zoomed(x, random):
    """Random zoom between 0.7 and 1.15 times, by bilinear sampling."""
    zoom = torch.empty(len(x)).uniform_(0.7, 1.15, generator=random)
    theta = torch.zeros(len(x), 2, 3)
    theta[:, 0, 0], theta[:, 1, 1] = zoom, zoom
    return F.grid_sample(x, F.affine_grid(theta, x.shape, align_corners=False), padding_mode="reflection",
                         align_corners=False)


def blurred(x, random):
    """Shrunk and enlarged again, as a small or soft photograph is."""
    size = x.shape[-1]
    low = int(torch.randint(size // 2, size, (1,), generator=random))
    small = F.interpolate(x, (low, low), mode="area")
    return F.interpolate(small, (size, size), mode="bilinear", align_corners=False)


def augment(images, size, variety, random):
    """Random shift and flip for all; of the share `variety` half are zoomed and half of those blurred; contrast and
    brightness vary by as much.

    The output is (N,3,size,size): epochs on smaller windows are faster.
    """
    x = shifted_and_flipped(normalise(images), size, random)
    n = len(x)
    zoom_count, blur_count = int(n * variety / 2), int(n * variety / 4)
    x[:zoom_count] = zoomed(x[:zoom_count], random)
    x[:blur_count] = blurred(x[:blur_count], random)
    contrast = torch.empty(n, 1, 1, 1).uniform_(1 - 0.3 * variety, 1 + 0.3 * variety, generator=random)
    brightness = torch.empty(n, 1, 1, 1).uniform_(-0.3 * variety, 0.3 * variety, generator=random)
    return x * contrast + brightness
