#!/usr/bin/python3
"""A published ResNet-20 checkpoint over the CIFAR-10 test pictures: reslens-cli against PyTorch, picture by picture."""
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy
import torch
from PIL import Image

import oracle

sys.path.insert(0, str(oracle.ROOT / "tools/train"))
import cifar_resnet  # noqa: E402

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # that checkpoint's own, and ResLens's assumption
LEAST_AGREEMENT = 0.999


def network(checkpoint):
    state = torch.load(checkpoint, map_location="cpu")["state_dict"]
    state = {key.removeprefix("module.").replace("linear.", "fc."): value for key, value in state.items()}
    model = cifar_resnet.build("resnet20").eval()
    model.load_state_dict(state)
    return model


def pixels(paths):
    pictures = numpy.stack([numpy.asarray(Image.open(path).convert("RGB")) for path in paths])
    x = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
    return (x - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(STD).view(3, 1, 1)


def main():
    given = oracle.options(__doc__).parse_args()
    checkpoint = given.shared / "data/weights/resnet20-12fca82f.th"
    with tempfile.TemporaryDirectory() as folder:
        zipfile.ZipFile(given.shared / "data/cifar10/test.zip").extractall(folder)
        paths = sorted(Path(folder).glob("**/*.jpg"))
        results = oracle.classify(given, paths, checkpoint, "--top", 10)
        with torch.no_grad():
            expected = torch.cat([network(checkpoint)(batch) for batch in pixels(paths).split(500)]).double().numpy()
    classes = sorted({path.parent.name for path in paths})
    truth = numpy.array([classes.index(path.parent.name) for path in paths])
    found = numpy.stack([oracle.by_class(result, 10, "logit") for result in results])
    agreement = float((found.argmax(1) == expected.argmax(1)).mean())
    print(f"{len(paths)} pictures; right: PyTorch {(expected.argmax(1) == truth).mean():.2%}, "
          f"reslens-cli {(found.argmax(1) == truth).mean():.2%}")
    print(f"logits: relative error {oracle.relative_error(found, expected):.1e}, "
          f"largest difference {abs(found - expected).max():.1e}")
    oracle.verdict([
        ("every picture is answered", len(results), len(results) == len(paths)),
        (f"same top-1 for at least {LEAST_AGREEMENT:.1%}", f"{agreement:.2%}", agreement >= LEAST_AGREEMENT),
    ])


main()
