#!/usr/bin/python3
"""The networks that are compared, in PyTorch, with random weights: `networks.py NAME FOLDER` writes NAME.safetensors
there, for ResLens and PyTorch, and with `--onnx` NAME.onnx, for the others. Needs Debian's python3-torch and
python3-torchvision."""
import argparse
import json
import struct
import sys
import warnings
from pathlib import Path

import numpy
import torch

sys.path += [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "train")]
import cifar_resnet  # noqa: E402
import safetensors_file  # noqa: E402

DTYPES = {"F32": numpy.float32, "F16": numpy.float16, "I64": numpy.int64}


def is_cifar(name):
    return name in ("resnet20", "resnet32", "resnet56")


def side_of(name):
    return 32 if is_cifar(name) else 224


def build(name):
    torch.manual_seed(1)
    if is_cifar(name):
        return cifar_resnet.build(name).eval()
    import torchvision  # a second that a CIFAR network need not wait for
    return getattr(torchvision.models, name)(weights=None).eval()


def vary_batch_norms(module):
    """Fresh ones are all alike, and no two of a trained network are: an exporter would store only one."""
    for part in module.modules():
        if isinstance(part, torch.nn.BatchNorm2d):
            for values in (part.weight, part.bias, part.running_mean, part.running_var):
                values.data += 0.01 * torch.rand_like(values)


def read_safetensors(path):
    """The file's tensors, mapped, and its metadata: what the safetensors package does, which Debian 12 has not."""
    data = numpy.memmap(path, mode="c")
    size = struct.unpack("<Q", data[:8].tobytes())[0]
    header = json.loads(data[8:8 + size].tobytes())
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + size + offset for offset in entry["data_offsets"])
        values = data[begin:end].view(DTYPES[entry["dtype"]]).reshape(entry["shape"])
        tensors[name] = torch.from_numpy(values)
    return tensors, metadata


def build_from(name, path):
    """With the file's weights. Random ones, which are overwritten at once, are not drawn: they would cost PyTorch half a
    second."""
    for draw in ("kaiming_normal_", "kaiming_uniform_", "uniform_", "normal_"):
        setattr(torch.nn.init, draw, lambda tensor, *_arguments, **_named: tensor)
    module = build(name)
    tensors, metadata = read_safetensors(path)
    module.load_state_dict(tensors)
    return module, metadata


def export_onnx(module, name, path, batch=1):
    side = side_of(name)
    warnings.simplefilter("ignore")  # at every strided slice, that it is left as it is
    torch.onnx.export(module, torch.zeros(batch, 3, side, side), str(path), opset_version=10, input_names=["image"],
                      output_names=["logits"])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--onnx", action="store_true")
    given = parser.parse_args()
    module = build(given.name)
    vary_batch_norms(module)
    safetensors_file.save(given.folder / f"{given.name}.safetensors", module.state_dict(), {})
    if given.onnx:
        export_onnx(module, given.name, given.folder / f"{given.name}.onnx")


if __name__ == "__main__":
    main()
