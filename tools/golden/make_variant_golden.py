"""Writes tests/golden/variants.safetensors: small networks that differ from torchvision's, by PyTorch's autograd.

Each network has the parameters of generated_parameters.py, under torchvision's or timm's names. The file holds, by
"<variant>/": the logits, and the gradient of J = the sum over the images of logit 1, at the input and at every
parameter; each as its norm and every `stride`-th value (odd stride). A pre-activation within rounding error of zero
would make two correct programs differ by more than any tolerance, so the input is the one of many whose gradient in
float32 is nearest to that in float64.
Run with Debian's python3-torch:  /usr/bin/python3 tools/golden/make_variant_golden.py
"""
import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

sys.path.append(str(Path(__file__).parents[1]))
import safetensors_file  # noqa: E402
from generated_parameters import generate, generate_parameters  # noqa: E402
from make_op_golden import blur_pool  # noqa: E402

FORMAT = "reslens variant golden 1"
FILE = Path(__file__).parents[2] / "tests" / "golden" / "variants.safetensors"
SAMPLES, TRIES = 48, 24


class Blur(nn.Module):
    def __init__(self, kernel, stride):
        super().__init__()
        self.kernel, self.stride = kernel, stride

    def forward(self, x):
        return blur_pool(x, self.kernel, self.stride)


class Block(nn.Module):
    def __init__(self, channels_in, width, stride, options):
        super().__init__()
        self.act, expansion = options.get("act", F.relu), 4 if options.get("bottleneck") else 1
        out, blur = width * expansion, options.get("blur", 0)
        kernels = [1, 3, 1] if expansion == 4 else [3, 3]
        widths = [channels_in] + [width] * (len(kernels) - 1) + [out]
        strided = 1 if expansion == 4 and not options.get("stride_in_1x1") else 0
        self.blur_after = strided if blur and stride > 1 else -1
        self.blur = Blur(blur, stride)
        self.parts = len(kernels)
        for i, kernel in enumerate(kernels):
            step = stride if i == strided and not blur else 1
            setattr(self, f"conv{i + 1}", nn.Conv2d(widths[i], widths[i + 1], kernel, step, kernel // 2, bias=False))
            setattr(self, f"bn{i + 1}", nn.BatchNorm2d(out if i + 1 == self.parts else width))
        self.downsample = None
        if stride != 1 or channels_in != out:
            shortcut = options.get("shortcut")
            if shortcut:
                pool = Blur(blur, stride) if shortcut == "blur" else nn.AvgPool2d(2, stride, ceil_mode=True,
                                                                                  count_include_pad=False)
                self.downsample = nn.Sequential(pool if stride > 1 else nn.Identity(),
                                                nn.Conv2d(channels_in, out, 1, bias=False), nn.BatchNorm2d(out))
            else:
                self.downsample = nn.Sequential(nn.Conv2d(channels_in, out, 1, stride, bias=False),
                                                nn.BatchNorm2d(out))

    def forward(self, x):
        s, F_ = x if self.downsample is None else self.downsample(x), x
        for i in range(self.parts):
            F_ = getattr(self, f"bn{i + 1}")(getattr(self, f"conv{i + 1}")(F_))
            if i + 1 < self.parts:
                F_ = self.act(F_)
            if i == self.blur_after:
                F_ = self.blur(F_)
        return self.act(s + F_)


class Network(nn.Module):
    def __init__(self, **options):
        super().__init__()
        self.act = options.get("act", F.relu)
        channels, width, kernel = options.get("channels", 3), 8, options.get("kernel", 7)
        if options.get("deep"):
            self.conv1 = nn.Sequential(nn.Conv2d(channels, 4, 3, 2, 1, bias=False), nn.BatchNorm2d(4), nn.ReLU(),
                                       nn.Conv2d(4, 6, 3, 1, 1, bias=False), nn.BatchNorm2d(6), nn.ReLU(),
                                       nn.Conv2d(6, width, 3, 1, 1, bias=False))
        else:
            self.conv1 = nn.Conv2d(channels, width, kernel, 1 if kernel == 3 else 2, kernel // 2,
                                   bias=options.get("bias", False))
        self.bn1 = nn.BatchNorm2d(width)
        pools = {"max": [nn.MaxPool2d(3, 2, 1)], "none": [],
                 "blur": [nn.MaxPool2d(2, 1), Blur(options.get("blur", 0), 2)],
                 "timm": [nn.MaxPool2d(3, 1, 1), Blur(options.get("blur", 0), 2)]}
        self.pool = nn.Sequential(*pools[options.get("pool", "max")])
        expansion = 4 if options.get("bottleneck") else 1
        self.layer1 = nn.Sequential(Block(width, width, 1, options))
        self.layer2 = nn.Sequential(Block(width * expansion, 2 * width, 2, options))
        self.fc = options.get("head", nn.Linear)(2 * width * expansion, 5)

    def forward(self, x):
        x = self.pool(self.act(self.bn1(self.conv1(x))))
        return self.fc(self.layer2(self.layer1(x)).mean((2, 3)))


def two_layers(features, classes):
    return nn.Sequential(nn.Linear(features, 12), nn.ReLU(), nn.Dropout(), nn.Linear(12, classes))


def with_batch_norm(features, classes):
    return nn.Sequential(nn.Linear(features, 12), nn.BatchNorm1d(12), nn.ReLU(), nn.Linear(12, classes))


def leaky(x):
    return F.leaky_relu(x, 0.01)


# name: the input's (channels, height, width), the network. tests/engine/variant_networks_test.cpp has the same list.
VARIANTS = {
    "one channel": ((1, 33, 33), dict(channels=1)),
    "thirteen channels": ((13, 33, 33), dict(channels=13)),
    "5x5 stem with a bias": ((3, 33, 33), dict(kernel=5, bias=True)),
    "pool behind a 3x3 stem": ((3, 33, 33), dict(kernel=3)),
    "no pool": ((3, 33, 33), dict(pool="none")),
    "resnet-c": ((3, 33, 35), dict(deep=True, bottleneck=True)),
    "resnet-d": ((3, 33, 35), dict(deep=True, bottleneck=True, shortcut="average")),
    "resnet-d basic": ((3, 34, 33), dict(deep=True, shortcut="average")),
    "antialiased": ((3, 36, 33), dict(blur=4, pool="blur", shortcut="blur")),
    "antialiased bottleneck": ((3, 33, 33), dict(blur=3, pool="blur", shortcut="blur", bottleneck=True)),
    "resnetblur": ((3, 33, 33), dict(blur=3, pool="timm", bottleneck=True)),
    "stride in the 1x1": ((3, 33, 33), dict(bottleneck=True, stride_in_1x1=True)),
    "silu": ((3, 33, 33), dict(act=F.silu)),
    "leaky": ((3, 33, 33), dict(act=leaky)),
    "two layers": ((3, 33, 33), dict(head=two_layers)),
    "batch norm in the head": ((3, 33, 33), dict(head=with_batch_norm)),
    "no head": ((3, 33, 33), dict(head=lambda features, classes: nn.Identity())),
}


def sample(values):
    stride = -(-values.numel() // SAMPLES) | 1
    return values.flatten()[::stride].clone()


def gradients(model, x):
    """The logits, and the gradients by name."""
    x = x.clone().requires_grad_()
    logits = model(x)
    parameters = dict(model.named_parameters())
    found = torch.autograd.grad(logits[:, 1].sum(), [x, *parameters.values()], allow_unused=True)
    return logits.detach(), {"input": found[0]} | dict(zip(parameters, found[1:]))


def distance(a, b):
    return float((a.double() - b).norm() / b.norm())


def main():
    tensors, metadata = {}, {"format": FORMAT, "torch": torch.__version__,
                             "command": "tools/golden/make_variant_golden.py"}
    for name, (shape, options) in VARIANTS.items():
        model = Network(**options)
        missing, unexpected = model.load_state_dict(generate_parameters(model), strict=False)
        assert not unexpected and all(key.endswith("num_batches_tracked") for key in missing), (missing, unexpected)
        model.eval()
        exact = Network(**options).double()
        exact.load_state_dict(model.state_dict())
        exact.eval()
        best = None
        for number in range(TRIES):
            stream = f"input {number}"
            x = 2 * generate(stream, (2, *shape), 0, 1)
            (_, ours), (logits, theirs) = gradients(model, x), gradients(exact, x.double())
            worst = max(distance(ours[key], theirs[key]) for key in theirs)
            if best is None or worst < best[0]:
                best = (worst, stream, logits, theirs)
        worst, stream, logits, found = best
        metadata[name] = f"{stream}; 2x{shape[0]}x{shape[1]}x{shape[2]}"
        tensors[name + "/logits"] = logits.float()
        for key, gradient in found.items():
            tensors[f"{name}/{key}"] = sample(gradient).float()
            tensors[f"{name}/{key}.norm"] = gradient.norm().float().reshape(1)
        print(f"{name}: {stream}, logits rms {float(logits.square().mean().sqrt()):.3g}, fp32 to fp64 {worst:.1e}")
    safetensors_file.save(FILE, tensors, metadata)


if __name__ == "__main__":
    main()
