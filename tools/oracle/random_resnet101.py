#!/usr/bin/python3
"""torchvision's ResNet-101 with random weights, saved by torch.save: reslens-cli's logits against torchvision's."""
import tempfile
from pathlib import Path

import numpy
import torch
import torchvision

import oracle

LARGEST_ERROR = 1e-4


def main():
    given = oracle.options(__doc__).parse_args()
    torch.manual_seed(1)
    model = torchvision.models.resnet101(weights=None).eval()
    x = torch.randn(1, 3, 224, 224)
    claims = []
    with tempfile.TemporaryDirectory() as folder:
        numpy.save(Path(folder) / "input.npy", x.numpy())
        for is_zip, container in ((True, "zip"), (False, "legacy")):
            path = Path(folder) / f"resnet101-{container}.pth"
            torch.save(model.state_dict(), path, _use_new_zipfile_serialization=is_zip)
            result, = oracle.classify(given, [Path(folder) / "input.npy"], path, "--top", 1000)
            with torch.no_grad():
                expected = model(x)[0].double().numpy()
            error = oracle.relative_error(oracle.by_class(result, 1000, "logit"), expected)
            claims.append((f"{container} container: relative error of the logits at most {LARGEST_ERROR:.0e}",
                           f"{error:.1e}", error <= LARGEST_ERROR))
    oracle.verdict(claims)


main()
