"""Writes tests/golden/ops.safetensors: every op's forward and backward as PyTorch computes them on small shapes.

Tensors are named <op>/<case>/<letter>: the inputs and parameters, y, the gradient gy that is sent back, and the
gradient of every input and parameter (gx, gw, ...). <op>/<case>/op, where there is one, holds the numbers of the
op's struct in core/nn/ops.h in their order (add: alpha and beta). Run with Debian's python3-torch:  /usr/bin/python3 tools/golden/make_op_golden.py
"""
import sys
from pathlib import Path

import torch
import torch.nn.functional as F

sys.path.append(str(Path(__file__).parents[1]))
import safetensors_file  # noqa: E402
from generated_parameters import generate_input, generate_parameters  # noqa: E402
import networks  # noqa: E402

FORMAT = "reslens op golden 1"
FOLDER = Path(__file__).parents[2] / "tests" / "golden"

# name: (N, H, W), (channelsIn, channelsOut, kernel, stride, padding, groups)
CONVOLUTIONS = {
    "1x1": ((1, 5, 7), (8, 12, 1, 1, 0, 1)),
    "1x1 stride 2": ((1, 7, 6), (8, 16, 1, 2, 0, 1)),
    "1x1 on one pixel": ((2, 1, 1), (16, 8, 1, 1, 0, 1)),
    "3x3": ((1, 6, 6), (4, 8, 3, 1, 1, 1)),
    "3x3 stride 2": ((1, 8, 8), (4, 8, 3, 2, 1, 1)),
    "3x3 stride 2 odd size": ((1, 7, 9), (4, 6, 3, 2, 1, 1)),
    "3x3 channels not a multiple of 4": ((1, 5, 6), (3, 7, 3, 1, 1, 1)),
    "3x3 on one pixel": ((1, 1, 1), (6, 5, 3, 1, 1, 1)),
    "3x3 without padding": ((1, 5, 5), (2, 3, 3, 1, 0, 1)),
    "3x3 batch 3": ((3, 5, 5), (5, 6, 3, 1, 1, 1)),
    "7x7 stride 2 padding 3": ((1, 17, 15), (3, 8, 7, 2, 3, 1)),
    "7x7 stride 2 padding 3 batch 3": ((3, 8, 10), (3, 5, 7, 2, 3, 1)),
    "3x3 groups of 4": ((1, 6, 5), (32, 32, 3, 1, 1, 8)),
    "3x3 groups of 4 stride 2": ((2, 7, 7), (16, 16, 3, 2, 1, 4)),
    "3x3 groups of 3 to 2": ((1, 5, 4), (9, 6, 3, 1, 1, 3)),
    "3x3 depthwise": ((1, 5, 5), (6, 6, 3, 1, 1, 6)),
    "wide and flat": ((1, 1, 19), (4, 4, 3, 1, 1, 1)),
}

# The same with a dilation behind the groups. What is added to this file comes last: the values of all before it stay.
DILATED = {
    "3x3 dilation 2": ((1, 9, 8), (4, 8, 3, 1, 2, 1, 2)),
    "3x3 dilation 2 stride 2": ((2, 9, 7), (4, 6, 3, 2, 2, 1, 2)),
    "3x3 dilation 3 stride 2": ((1, 11, 10), (3, 5, 3, 2, 3, 1, 3)),
    "3x3 dilation 4 groups of 4": ((1, 10, 9), (16, 16, 3, 1, 4, 4, 4)),
    "5x5 dilation 2 without padding": ((1, 11, 12), (2, 3, 5, 1, 0, 1, 2)),
    "3x3 dilation 2 on one pixel": ((1, 1, 1), (4, 4, 3, 1, 2, 1, 2)),
    "2x2 dilation 6 stride 4": ((1, 13, 14), (4, 4, 2, 4, 3, 1, 6)),
}

# name: (N, C, H, W), (kernel, stride, padding)
MAX_POOLS = {
    "3x3 stride 2 padding 1": ((1, 3, 8, 8), (3, 2, 1)),
    "odd size batch 3": ((3, 2, 7, 9), (3, 2, 1)),
    "one pixel": ((1, 4, 1, 1), (3, 2, 1)),
    "2x2 stride 2": ((1, 2, 6, 4), (2, 2, 0)),
}

# name: (N, C, H, W)
PLANES = {"even": (2, 4, 6, 6), "odd": (3, 5, 7, 5), "one pixel": (1, 7, 1, 1)}

# name: (N, H, W), (channelsIn, channelsOut, stride)
ZERO_PADS = {
    "16 to 32": ((1, 6, 6), (16, 32, 2)),
    "odd size batch 3": ((3, 5, 7), (4, 8, 2)),
    "stride 1": ((1, 3, 3), (4, 6, 1)),
}

# name: N, (featuresIn, featuresOut)
LINEARS = {"10 classes": (2, (64, 10)), "odd": (3, (7, 5)), "one class": (1, (16, 1))}


class Golden:
    def __init__(self):
        self.tensors = {}

    def add(self, case, numbers, inputs, compute):
        """Runs `compute` on the named `inputs` and sends a random gradient back."""
        leaves = {letter: value.clone().requires_grad_() for letter, value in inputs.items()}
        y = compute(**leaves)
        gy = torch.randn(y.shape)
        y.backward(gy)
        if numbers:
            self.tensors[case + "/op"] = torch.tensor(numbers, dtype=torch.float32)
        self.tensors[case + "/y"] = y.detach()
        self.tensors[case + "/gy"] = gy
        for letter, leaf in leaves.items():
            self.tensors[f"{case}/{letter}"] = leaf.detach()
            self.tensors[f"{case}/g{letter}"] = leaf.grad


def add_convolutions(golden):
    for name, ((n, h, w), op) in CONVOLUTIONS.items():
        channels_in, channels_out, kernel, stride, padding, groups = op
        inputs = {"x": torch.randn(n, channels_in, h, w),
                  "w": torch.randn(channels_out, channels_in // groups, kernel, kernel)}
        golden.add("conv2d/" + name, op, inputs,
                   lambda x, w: F.conv2d(x, w, None, stride, padding, 1, groups))


def add_planes(golden):
    for name, shape in PLANES.items():
        channels = shape[1]
        golden.add("relu/" + name, [], {"x": torch.randn(shape)}, lambda x: F.relu(x))
        golden.add("global_average_pool/" + name, [], {"x": torch.randn(shape)},
                   lambda x: x.mean((2, 3), keepdim=True))
        for alpha, beta in [(1, 1), (0.5, -1.5), (0, 1), (1, 0)]:
            golden.add(f"add/{name} alpha {alpha} beta {beta}", [alpha, beta],
                       {"s": torch.randn(shape), "F": torch.randn(shape)}, lambda s, F: alpha * s + beta * F)
        eps = 1e-5
        mean, variance = torch.randn(channels), torch.rand(channels) + 0.1
        case = "batch_norm/" + name
        golden.add(case, [channels, eps],
                   {"x": torch.randn(shape), "gamma": torch.randn(channels), "beta": torch.randn(channels)},
                   lambda x, gamma, beta: F.batch_norm(x, mean, variance, gamma, beta, False, 0, eps))
        golden.tensors |= {case + "/mean": mean, case + "/variance": variance}


def add_max_pools(golden):
    for name, (shape, op) in MAX_POOLS.items():
        golden.add("max_pool/" + name, op, {"x": torch.randn(shape)}, lambda x: F.max_pool2d(x, *op))
        # After a ReLU many windows hold only zeros: which one gets the gradient?
        golden.add(f"max_pool/{name} with ties", op, {"x": F.relu(torch.randn(shape) - 0.8)},
                   lambda x: F.max_pool2d(x, *op))


def add_zero_pads(golden):
    for name, ((n, h, w), op) in ZERO_PADS.items():
        channels_in, channels_out, stride = op
        pad = (channels_out - channels_in) // 2
        golden.add("zero_pad_shortcut/" + name, op, {"x": torch.randn(n, channels_in, h, w)},
                   lambda x: F.pad(x[:, :, ::stride, ::stride], (0, 0, 0, 0, pad, pad)))


def add_heads(golden):
    for name, (n, op) in LINEARS.items():
        features_in, features_out = op
        golden.add("linear/" + name, op,
                   {"x": torch.randn(n, features_in), "w": torch.randn(features_out, features_in),
                    "b": torch.randn(features_out)}, lambda x, w, b: F.linear(x, w, b))
    for name, x in {"10 classes": torch.randn(2, 10), "one class": torch.randn(3, 1),
                    "large": torch.randn(2, 7) * 50 + 500}.items():
        golden.add("softmax/" + name, [], {"x": x}, lambda x: F.softmax(x, 1))


def add_dilated(golden):
    for name, ((n, h, w), op) in DILATED.items():
        channels_in, channels_out, kernel, stride, padding, groups, dilation = op
        inputs = {"x": torch.randn(n, channels_in, h, w),
                  "w": torch.randn(channels_out, channels_in // groups, kernel, kernel)}
        golden.add("conv2d/" + name, op, inputs,
                   lambda x, w: F.conv2d(x, w, None, stride, padding, dilation, groups))


def add_biased(golden):
    for name, ((n, h, w), op) in {"1x1": ((2, 5, 4), (6, 9, 1, 1, 0, 1)), "3x3": ((1, 6, 5), (4, 8, 3, 1, 1, 1)),
                                  "3x3 stride 2 groups of 4": ((2, 7, 6), (8, 8, 3, 2, 1, 2))}.items():
        channels_in, channels_out, kernel, stride, padding, groups = op
        inputs = {"x": torch.randn(n, channels_in, h, w),
                  "w": torch.randn(channels_out, channels_in // groups, kernel, kernel),
                  "b": torch.randn(channels_out)}
        golden.add("conv2d_bias/" + name, op, inputs, lambda x, w, b: F.conv2d(x, w, b, stride, padding, 1, groups))


# name: (N, C, H, W), (kernel, stride, padding, ceil_mode, count_include_pad)
AVERAGE_POOLS = {
    "2x2 as ResNet-D has it": ((1, 6, 7, 9), (2, 2, 0, 1, 0)),
    "2x2 as ResNet-D has it, one pixel": ((2, 4, 1, 1), (2, 2, 0, 1, 0)),
    "3x3 stride 2 padding 1": ((2, 5, 8, 7), (3, 2, 1, 0, 1)),
    "3x3 stride 2 padding 1, padding not counted": ((1, 3, 8, 7), (3, 2, 1, 0, 0)),
    "3x3 stride 2 padding 1 ceil": ((1, 4, 8, 6), (3, 2, 1, 1, 1)),
    "3x3 stride 1 padding 1 ceil, padding not counted": ((1, 4, 5, 6), (3, 1, 1, 1, 0)),
    "2x2 stride 3 ceil": ((1, 4, 9, 8), (2, 3, 0, 1, 1)),
    "5x5 stride 2 padding 2": ((1, 2, 9, 11), (5, 2, 2, 0, 1)),
}


def add_average_pools(golden):
    for name, (shape, op) in AVERAGE_POOLS.items():
        kernel, stride, padding, ceil, counts = op
        golden.add("average_pool/" + name, op, {"x": torch.randn(shape)},
                   lambda x: F.avg_pool2d(x, kernel, stride, padding, bool(ceil), bool(counts)))


def add_normalised_linears(golden):
    eps = 1e-5
    for name, (n, (features_in, features_out)) in {"odd": (3, (7, 5)), "one image": (1, (12, 8))}.items():
        mean, variance = torch.randn(features_out), torch.rand(features_out) + 0.1
        case = "linear_batch_norm/" + name
        golden.add(case, [features_in, features_out, eps],
                   {"x": torch.randn(n, features_in), "w": torch.randn(features_out, features_in),
                    "b": torch.randn(features_out), "gamma": torch.randn(features_out),
                    "beta": torch.randn(features_out)},
                   lambda x, w, b, gamma, beta: F.batch_norm(F.linear(x, w, b), mean, variance, gamma, beta, False, 0,
                                                             eps))
        golden.tensors |= {case + "/mean": mean, case + "/variance": variance}


# name: (N, C, H, W), (kind, slope)
ACTIVATIONS = {
    "silu": ((2, 5, 7, 5), (1, 0)),
    "leaky": ((2, 5, 7, 5), (0, 0.01)),
    "leaky, steep": ((1, 4, 3, 3), (0, 0.25)),
}

# name: (N, C, H, W), (kernel, stride)
BLUR_POOLS = {
    "3x3": ((2, 5, 8, 7), (3, 2)),
    "3x3, smallest plane": ((1, 4, 2, 2), (3, 2)),
    "4x4": ((1, 3, 7, 8), (4, 2)),
    "5x5": ((1, 4, 9, 6), (5, 2)),
    "3x3 stride 1": ((1, 4, 5, 6), (3, 1)),
}


def add_activations(golden):
    for name, (shape, op) in ACTIVATIONS.items():
        kind, slope = op
        golden.add("activate/" + name, op, {"x": 3 * torch.randn(shape)},
                   lambda x: F.silu(x) if kind else F.leaky_relu(x, slope))


def blur_pool(x, kernel, stride):
    """As antialiased_cnns has it: mirrored edges, binomial weights."""
    row = torch.tensor([1.0])
    for _ in range(kernel - 1):
        row = F.pad(row, (0, 1)) + F.pad(row, (1, 0))
    weights = (row[:, None] * row[None, :] / row.sum() ** 2).to(x.dtype).expand(x.shape[1], 1, kernel, kernel)
    before, after = (kernel - 1) // 2, kernel // 2
    return F.conv2d(F.pad(x, (before, after, before, after), mode="reflect"), weights, stride=stride,
                    groups=x.shape[1])


def add_blur_pools(golden):
    for name, (shape, op) in BLUR_POOLS.items():
        golden.add("blur_pool/" + name, op, {"x": torch.randn(shape)}, lambda x: blur_pool(x, *op))


def generator_streams():
    """The first values of every generated parameter of a small network, to be compared bit for bit."""
    streams = {name: values.flatten()[:16].clone()
               for name, values in generate_parameters(networks.build("resnet20_b")).items()}
    return streams | {"input": generate_input((1, 3, 4, 4)).flatten()}


def main():
    torch.manual_seed(20)
    golden = Golden()
    for add in (add_convolutions, add_planes, add_max_pools, add_zero_pads, add_heads, add_dilated, add_biased,
                add_average_pools, add_normalised_linears, add_activations, add_blur_pools):
        add(golden)
    metadata = {"torch": torch.__version__, "command": "tools/golden/make_op_golden.py"}
    FOLDER.mkdir(parents=True, exist_ok=True)
    safetensors_file.save(FOLDER / "ops.safetensors", golden.tensors, {"format": FORMAT} | metadata)
    safetensors_file.save(FOLDER / "generated_parameters.safetensors", generator_streams(),
                          {"format": "reslens generator golden 1", "architecture": "resnet20_b"} | metadata)


if __name__ == "__main__":
    main()
