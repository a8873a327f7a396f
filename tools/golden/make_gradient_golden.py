"""Writes tests/golden/gradients/<architecture>.safetensors and tests/golden/objectives.safetensors: PyTorch's autograd.

J = log p of class 3, summed over the images; generated parameters, alpha = beta = 1. Each network file holds J, the
gradient of the input, for every block g_y, g_x, g_F and (where it has a shortcut) g_s as docs/decompositions.md
defines them, and the gradient of every parameter; each as its norm (in double precision) and every `stride`-th value
(NCHW order, all images together, odd stride). g_s and g_F come from two backward passes through the block alone, whose
shortcut and branch each get a leaf of their own for x; that their sum is g_x is checked here.

One pre-activation that lies within rounding error of zero would make two correct programs differ by far more than any
tolerance: its ReLU opens in one and not in the other. So the input is the one of many generated ones ("input 0",
"input 1", ...) whose smallest pre-activation, and smallest lead of a max-pool's winner, is largest against its layer's
rms; that margin is in the file. Small odd sizes keep the number of pre-activations, and so the risk, low.
Run with Debian's python3-torch and python3-torchvision:  /usr/bin/python3 tools/golden/make_gradient_golden.py
"""
import argparse
import sys
from pathlib import Path

import torch
import torch.nn.functional as F

sys.path.append(str(Path(__file__).parents[1]))
import safetensors_file  # noqa: E402
from generated_parameters import generate, generate_parameters  # noqa: E402
import networks  # noqa: E402

FORMAT = "reslens gradient golden 1"
FOLDER = Path(__file__).parents[2] / "tests" / "golden"
ARCHITECTURES = ["resnet18", "resnet50", "resnext50_32x4d", "wide_resnet50_2", "resnet20", "resnet20_b", "plain20"]
TARGET = 3
BLOCK_SAMPLES, PARAMETER_SAMPLES = 256, 64


def input_shape(name):
    return (2, 3, 16, 16) if name in networks.CIFAR else (1, 3, 33, 33)


def sample(values, count):
    stride = -(-values.numel() // count) | 1
    return values.flatten()[::stride].clone()


def objective(logits):
    return F.log_softmax(logits, 1)[:, TARGET].sum()


class Margin:
    """The smallest pre-activation and the smallest lead of a max-pool's winner, against the layer's rms."""

    def __init__(self):
        self.smallest = float("inf")
        self.relu, self.pool = F.relu, F.max_pool2d

    def note(self, distances, x):
        if distances.numel():
            self.smallest = min(self.smallest, float(distances.min() / x.square().mean().sqrt()))

    def watched_relu(self, x, inplace=False):
        self.note(x.abs(), x)
        return self.relu(x)

    def watched_pool(self, x, kernel, stride, padding, *rest, **options):
        windows = F.unfold(x.transpose(0, 1), kernel, padding=padding, stride=stride)
        best, second = windows.topk(2, 1).values.unbind(1)
        self.note((best - second)[best > 0], x)  # all-zero windows: the ReLU before lets nothing through
        return self.pool(x, kernel, stride, padding, *rest, **options)

    def __enter__(self):
        F.relu, F.max_pool2d = self.watched_relu, self.watched_pool
        return self

    def __exit__(self, *_):
        F.relu, F.max_pool2d = self.relu, self.pool


def safest_input(model, shape, tries):
    best = (0, "")
    for number in range(tries):
        stream = f"input {number}"
        with torch.no_grad(), Margin() as margin:
            model(2 * generate(stream, shape, 0, 1).double())
        best = max(best, (margin.smallest, stream))
    return best


def branch(block, x):
    out = block.bn2(block.conv2(F.relu(block.bn1(block.conv1(x)))))
    return block.bn3(block.conv3(F.relu(out))) if hasattr(block, "bn3") else out


def shortcut(block, x):
    if hasattr(block, "shortcut"):
        return block.shortcut(x)
    return x if block.downsample is None else block.downsample(x)


def block_gradients(block, x, gy):
    """Of the block alone: gF, and gs where it has a shortcut."""
    x_branch, x_shortcut = x.detach().clone().requires_grad_(), x.detach().clone().requires_grad_()
    out = branch(block, x_branch)
    if not getattr(block, "residual", True):
        return {"gF": torch.autograd.grad(out, x_branch, (out > 0) * gy)[0]}
    skip = shortcut(block, x_shortcut)
    gu = (skip + out > 0) * gy
    return {"gF": torch.autograd.grad(out, x_branch, gu)[0], "gs": torch.autograd.grad(skip, x_shortcut, gu)[0]}


def gradients(model, image):
    """J and every gradient by name: input, <block>.gx, ..., <parameter>."""
    ends = {}

    def keep(name):
        return lambda module, inputs, y: ends.__setitem__(name, (inputs[0], y))
    hooks = [block.register_forward_hook(keep(name)) for name, block in networks.blocks(model)]
    image = image.clone().requires_grad_()
    value = objective(model(image))
    for hook in hooks:
        hook.remove()
    parameters = dict(model.named_parameters())
    sources = [image, *parameters.values()] + [end for pair in ends.values() for end in pair]
    found = torch.autograd.grad(value, sources)
    result = {"input": found[0]} | dict(zip(parameters, found[1:]))
    at = 1 + len(parameters)
    for name, block in networks.blocks(model):
        gx, gy = found[at:at + 2]
        at += 2
        parts = block_gradients(block, ends[name][0], gy)
        if relative_error(sum(parts.values()), gx) > 1e-5:
            raise SystemExit(f"{name}: g_s + g_F is not g_x")
        result |= {f"{name}.gx": gx, f"{name}.gy": gy} | {f"{name}.{part}": g for part, g in parts.items()}
    return value.detach(), result


def relative_error(a, b):
    return float((a.double() - b).norm() / b.double().norm())


def make(name, tries):
    model = networks.build(name)
    for module in model.modules():
        if isinstance(module, torch.nn.ReLU):
            module.inplace = False
    model.load_state_dict(generate_parameters(model), strict=False)
    model.eval()
    margin, stream = safest_input(model.double(), input_shape(name), tries)
    image = 2 * generate(stream, input_shape(name), 0, 1)
    value64, exact = gradients(model, image.double())
    value, found = gradients(model.float(), image)
    parameters = {parameter for parameter, _ in model.named_parameters()}
    tensors = {"J": value.reshape(1)}
    for key, gradient in found.items():
        tensors[key + ".norm"] = gradient.double().norm().float().reshape(1)
        tensors[key + ".sample"] = sample(gradient, PARAMETER_SAMPLES if key in parameters else BLOCK_SAMPLES)
    errors = {key: relative_error(gradient, exact[key]) for key, gradient in found.items()}
    worst = max(errors, key=errors.get)
    (FOLDER / "gradients").mkdir(parents=True, exist_ok=True)
    safetensors_file.save(FOLDER / "gradients" / (name + ".safetensors"), tensors, {
        "format": FORMAT, "architecture": name, "input": "x".join(map(str, image.shape)), "stream": stream,
        "target": TARGET, "margin": f"{margin:.2e}", "torch": torch.__version__,
        "worst_error_against_fp64": f"{errors[worst]:.2e} {worst}",
        "command": f"tools/golden/make_gradient_golden.py --tries {tries} {name}"})
    print(f"{name}: {stream}, margin {margin:.2e}, J {float(value):.4f} ({float(value64):.7f}), fp32 to fp64 "
          f"{errors[worst]:.2e} at {worst}", flush=True)


def make_objectives():
    """Values and gradients of the four objectives in fp64, of each image's logits on its own."""
    torch.manual_seed(3)
    logits = torch.randn(3, 7) * 4
    target, against = 2, 5
    objectives = {
        "logit": lambda x: x[:, target],
        "log_probability": lambda x: F.log_softmax(x, 1)[:, target],
        "probability": lambda x: F.softmax(x, 1)[:, target],
        "logit_difference": lambda x: x[:, target] - x[:, against],
        "log_probability_of_top": lambda x: F.log_softmax(x, 1).amax(1),
    }
    tensors = {"logits": logits}
    for name, compute in objectives.items():
        leaf = logits.double().requires_grad_()
        values = compute(leaf)
        tensors[name + ".value"] = values.detach().float()
        tensors[name + ".gradient"] = torch.autograd.grad(values.sum(), leaf)[0].float()
    safetensors_file.save(FOLDER / "objectives.safetensors", tensors, {
        "format": "reslens objective golden 1", "target": target, "against": against, "torch": torch.__version__,
        "command": "tools/golden/make_gradient_golden.py objectives"})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tries", type=int, default=200, help="inputs to choose from")
    parser.add_argument("names", nargs="*", default=["objectives", *ARCHITECTURES])
    arguments = parser.parse_args()
    for name in arguments.names:
        if name == "objectives":
            make_objectives()
        else:
            make(name, arguments.tries)


if __name__ == "__main__":
    main()
