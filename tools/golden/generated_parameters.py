"""Deterministic weights of a realistic scale: bit for bit those of core/nn/generated_parameters.cpp."""
import numpy as np
import torch
from torch import nn

FNV_OFFSET, FNV_PRIME = 0xCBF29CE484222325, 0x100000001B3
MASK = (1 << 64) - 1


def stream_hash(name):
    value = FNV_OFFSET
    for byte in name.encode():
        value = ((value ^ byte) * FNV_PRIME) & MASK
    return value


def uniform(name, count):
    """The first `count` values of the stream `name`: uniform in [-1, 1), by splitmix64, exact in float32."""
    with np.errstate(over="ignore"):
        z = np.uint64(stream_hash(name)) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    return (z >> np.uint64(40)).astype(np.float32) * np.float32(2.0**-23) - np.float32(1)


def generate(name, shape, centre, spread):
    """Uniform in [centre - spread, centre + spread), every step rounded to float32."""
    values = np.float32(centre) + np.float32(spread) * uniform(name, int(np.prod(shape)))
    return torch.from_numpy(values.reshape(tuple(shape)))


def spread_for(variance):
    """A uniform variable on [-a, a] has variance a^2 / 3."""
    return np.sqrt(np.float32(3) * variance)


def last_norms_of_branches(model):
    """Names of the batch norms whose output is added to a shortcut. A block without a shortcut says residual = False."""
    names = set()
    for name, module in model.named_modules():
        if hasattr(module, "bn2") and getattr(module, "residual", True):
            names.add(name + (".bn3" if hasattr(module, "bn3") else ".bn2"))
    return names


def generate_parameters(model):
    """A state dict for `model`, complete but for num_batches_tracked."""
    last_norms = last_norms_of_branches(model)
    state = {}
    for name, module in model.named_modules():
        if isinstance(module, (nn.BatchNorm2d, nn.BatchNorm1d)):
            scale = 0.25 if name in last_norms else 1.0
            shape = module.weight.shape
            state[name + ".weight"] = generate(name + ".weight", shape, scale, 0.5 * scale)
            state[name + ".bias"] = generate(name + ".bias", shape, 0, 0.1)
            state[name + ".running_mean"] = generate(name + ".running_mean", shape, 0, 0.1)
            state[name + ".running_var"] = generate(name + ".running_var", shape, 1, 0.5)
        elif isinstance(module, nn.Conv2d):
            shape = module.weight.shape
            fan_in = np.float32(shape[1] * shape[2] * shape[3])
            spread = spread_for(np.float32(2) / fan_in)
            state[name + ".weight"] = generate(name + ".weight", shape, 0, spread)
            if module.bias is not None:
                state[name + ".bias"] = generate(name + ".bias", module.bias.shape, 0, 0.1)
        elif isinstance(module, nn.Linear):
            spread = spread_for(np.float32(1) / np.float32(module.in_features))
            state[name + ".weight"] = generate(name + ".weight", module.weight.shape, 0, spread)
            state[name + ".bias"] = generate(name + ".bias", module.bias.shape, 0, spread)
    return state


def generate_input(shape):
    return 2 * generate("input", shape, 0, 1)
