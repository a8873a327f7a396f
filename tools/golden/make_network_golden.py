"""Writes tests/golden/networks/<architecture>.safetensors: what PyTorch computes with generated parameters and input.

Each file holds the logits in full and, for every block's y, its norm and every `stride`-th value (of all images
together, in NCHW order; at most 512; the stride is odd, so that it does not fall on one column of a plane).
Run with Debian's python3-torch and python3-torchvision:  /usr/bin/python3 tools/golden/make_network_golden.py
"""
import argparse
import sys
from pathlib import Path

import torch

sys.path.append(str(Path(__file__).parents[1]))
import safetensors_file  # noqa: E402
from generated_parameters import generate_input, generate_parameters  # noqa: E402
import networks  # noqa: E402

FORMAT = "reslens network golden 1"
FOLDER = Path(__file__).parents[2] / "tests" / "golden" / "networks"
SAMPLES, BATCH = 512, 2


def input_shape(name):
    return (BATCH, 3, 32, 32) if name in networks.CIFAR else (BATCH, 3, 64, 64)


def sample(y):
    stride = -(-y.numel() // SAMPLES) | 1
    return y.flatten()[::stride].clone()


def run(model, x):
    """The logits, and every block's y by the block's name."""
    outputs = {}
    hooks = [block.register_forward_hook(lambda module, inputs, y, name=name: outputs.__setitem__(name, y))
             for name, block in networks.blocks(model)]
    logits = model(x)
    for hook in hooks:
        hook.remove()
    return logits, outputs


def relative_error(a, b):
    return float((a.double() - b).norm() / b.norm())


def check_scale(name, outputs):
    """Values that vanish or explode would make any comparison worthless."""
    rms = {block: float(y.double().square().mean().sqrt()) for block, y in outputs.items()}
    low, high = min(rms.values()), max(rms.values())
    if not 1e-2 < low <= high < 1e3:
        raise SystemExit(f"{name}: the blocks' outputs have rms from {low:.3g} to {high:.3g}")
    return f"rms of y {low:.3g} to {high:.3g}"


def make(name):
    model = networks.build(name)
    missing, unexpected = model.load_state_dict(generate_parameters(model), strict=False)
    if unexpected or any(not key.endswith("num_batches_tracked") for key in missing):
        raise SystemExit(f"{name}: missing {missing}, unexpected {unexpected}")
    model.eval()
    x = generate_input(input_shape(name))
    with torch.no_grad():
        logits, outputs = run(model, x)
        exact, exact_outputs = run(model.double(), x.double())
    tensors = {"logits": logits}
    for block, y in outputs.items():
        tensors[block + ".y.sample"] = sample(y)
        tensors[block + ".y.norm"] = y.double().norm().float().reshape(1)
    worst = max([relative_error(logits, exact)] + [relative_error(y, exact_outputs[b]) for b, y in outputs.items()])
    FOLDER.mkdir(parents=True, exist_ok=True)
    safetensors_file.save(FOLDER / (name + ".safetensors"), tensors, {
        "format": FORMAT, "architecture": name, "input": "x".join(map(str, x.shape)), "torch": torch.__version__,
        "worst_error_against_fp64": f"{worst:.2e}", "command": "tools/golden/make_network_golden.py " + name})
    print(f"{name}: {check_scale(name, outputs)}, logits rms {float(logits.square().mean().sqrt()):.3g}, "
          f"fp32 to fp64 {worst:.2e}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("architectures", nargs="*", default=networks.ALL)
    for name in parser.parse_args().architectures:
        make(name)


if __name__ == "__main__":
    main()
