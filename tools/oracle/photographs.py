#!/usr/bin/python3
"""A real ImageNet ResNet-50 over photographs: reslens-cli's whole pipeline against torchvision's.

--golden FILE writes torchvision's answers instead: tests/golden/photographs.json.
"""
import json
from pathlib import Path

import torch
import torchvision
from PIL import Image
from torchvision import transforms

import oracle

LARGEST_PROBABILITY, LARGEST_LOGIT = 0.02, 2e-2
PIPELINE = transforms.Compose([transforms.Resize(256), transforms.CenterCrop(224), transforms.ToTensor(),
                               transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))])


def torchvision_logits(checkpoint, paths):
    model = torchvision.models.resnet50(weights=None).eval()
    model.load_state_dict(oracle.read_safetensors(checkpoint), strict=False)  # num_batches_tracked may be missing
    with torch.no_grad():
        return [model(PIPELINE(Image.open(path).convert("RGB"))[None])[0].double() for path in paths]


def write_golden(file, paths, logits):
    rows = [{"photograph": path.name, "index": int(x.argmax()), "probability": round(float(x.softmax(0).max()), 6),
             "logit": round(float(x.max()), 5)} for path, x in zip(paths, logits)]
    file.write_text(json.dumps({"made_by": "tools/oracle/photographs.py --golden", "torchvision": torchvision.__version__,
                                "photographs": rows}, indent=1) + "\n")


def main():
    parser = oracle.options(__doc__)
    parser.add_argument("--golden", type=Path)
    given = parser.parse_args()
    checkpoint = given.shared / "data/weights/resnet50-imagenet-8bit.safetensors"
    paths = sorted((given.shared / "data/photos").glob("*.JPEG"))
    logits = torchvision_logits(checkpoint, paths)
    if given.golden:
        write_golden(given.golden, paths, logits)
        return
    results = oracle.classify(given, paths, checkpoint, "--top", 1000)

    print(f"{'photograph':34} {'torchvision':>11} {'reslens-cli':>11} {'d prob.':>8} {'d logit':>8}")
    same, probability, logit = 0, 0.0, 0.0
    for path, expected, result in zip(paths, logits, results):
        found = oracle.by_class(result, 1000, "logit")
        d_logit = abs(found - expected.numpy()).max()
        d_probability = abs(oracle.by_class(result, 1000, "probability") - expected.softmax(0).numpy()).max()
        print(f"{path.stem:34} {int(expected.argmax()):11} {int(found.argmax()):11} {d_probability:8.5f} {d_logit:8.5f}")
        same += int(expected.argmax() == found.argmax())
        probability, logit = max(probability, d_probability), max(logit, d_logit)
    oracle.verdict([
        ("same top-1 for every photograph", f"{same} of {len(paths)}", same == len(paths) == len(results) > 0),
        (f"probabilities within {LARGEST_PROBABILITY}", f"{probability:.5f}", probability <= LARGEST_PROBABILITY),
        (f"logits within {LARGEST_LOGIT}", f"{logit:.5f}", logit <= LARGEST_LOGIT),
    ])


main()
