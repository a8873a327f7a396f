"""What the comparisons with PyTorch share: running reslens-cli, reading .safetensors, and the report.

Needs Debian's python3-torch and python3-torchvision. See tools/oracle/README.md.
"""
import argparse
import json
import struct
import subprocess
import sys
from pathlib import Path

import numpy
import torch

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"


def options(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--cli", type=Path, default=ROOT / "build/release/bin/reslens-cli")
    parser.add_argument("--shared", type=Path, default=SHARED, help="the folder with data/")
    parser.add_argument("--device", help="as for reslens-cli")
    return parser


def classify(given, images, model, *arguments):
    """The results of `reslens-cli classify`, in the order of `images`; names the device once."""
    results, chunk = [], 500
    for start in range(0, len(images), chunk):
        command = [given.cli, "classify", *images[start:start + chunk], "--model", model, "--json", "--quiet", *arguments]
        if given.device:
            command += ["--device", given.device]
        answer = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, check=True)
        answer = json.loads(answer.stdout)
        if start == 0:
            print(f"reslens-cli: {answer['model']} on {answer['device']}")
        results += answer["results"]
    return results


def by_class(result, classes, what):
    """The "logit" or "probability" of every class, from a result that was made with --top of at least `classes`."""
    values = numpy.full(classes, numpy.nan, numpy.float64)
    for prediction in result["top"]:
        values[prediction["index"]] = prediction[what]
    return values


def read_safetensors(path):
    """The tensors of a .safetensors file, as fp32."""
    kinds = {"F32": numpy.float32, "F16": numpy.float16, "I64": numpy.int64}
    data = Path(path).read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + size + offset for offset in entry["data_offsets"])
        values = numpy.frombuffer(data[begin:end], kinds[entry["dtype"]]).reshape(entry["shape"])
        tensors[name] = torch.from_numpy(values.astype(numpy.float32) if entry["dtype"] != "I64" else values.copy())
    return tensors


def relative_error(a, b):
    return float(numpy.linalg.norm(a - b) / numpy.linalg.norm(b))


def verdict(claims):
    """Prints each (claim, found, passed) and ends the program: exit code 1 when one is not true."""
    for claim, found, passed in claims:
        print(f"{'ok  ' if passed else 'FAIL'}  {claim}: {found}")
    sys.exit(0 if all(passed for _, _, passed in claims) else 1)
