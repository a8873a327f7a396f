#!/usr/bin/python3
"""Every quantity of `reslens-cli inspect` against PyTorch in double precision: norms, shares, gradient splits, the
ledger, gradients by path length, and the dumped tensors, on a real ResNet-50 and on the embedded ResNet-20."""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
import torch
import torchvision

import blocks
import oracle

sys.path.insert(0, str(oracle.ROOT / "tools/train"))
import cifar_resnet  # noqa: E402

# A ReLU whose input is within fp32 rounding of 0 may let its gradient pass in one program and stop it in another; a few
# such elements of ten million change a ResNet-50's gradients by 1e-3 (docs/decompositions.md, "The self-test"), all of it
# in the few pixels that they reach. So the whole gradient may be off by GRADIENT, but half of its elements by no more
# than TYPICAL of its rms.
# The gradient of log p begins as onehot - p, and an error d of a logit changes p by the factor 1 + d: a relative error of
# every gradient as large as the *absolute* error of the logits (1e-5 in fp32, in PyTorch as here), which FORWARD bounds.
# It says nothing of the way back, so the typical element is compared with what begins at the p of the found logits.
# PyTorch's own fp32 errors are printed as the yardstick.
FORWARD, GRADIENT, TYPICAL = 1e-4, 5e-3, 1e-5


class Comparison:
    """Collects errors by kind; relative to the expected value, or absolute for what lies within -1 and 1 by nature."""

    def __init__(self):
        self.worst, self.count = {}, {}

    def add(self, kind, where, found, expected, tolerance, scale=None):
        found, expected = numpy.asarray(found, numpy.float64), numpy.asarray(expected, numpy.float64)
        if found.shape != expected.shape:
            error = float("inf")
        else:
            scale = float(numpy.linalg.norm(expected)) if scale is None else scale
            error = float(numpy.linalg.norm(found - expected)) / scale if scale else float(numpy.abs(found).max())
        self.count[kind] = self.count.get(kind, 0) + 1
        if not error <= self.worst.get(kind, (-1, "", 0))[0]:  # also where it is no number
            self.worst[kind] = (error, where, tolerance)

    def add_gradient(self, kind, where, found, expected, seen_from_found):
        """Of a tensor with pixels: as a whole, and its typical element seen from the found logits."""
        self.add(kind, where, found, expected, GRADIENT)
        if found.shape == expected.shape:
            self.add(f"{kind}, typical", where, typical_error(found, seen_from_found), 0, TYPICAL, 1)

    def claims(self):
        for kind, (error, where, tolerance) in self.worst.items():
            yield (f"{kind:34} {self.count[kind]:5} values within {tolerance:.0e}", f"{error:.1e} at {where}",
                   error <= tolerance)


def typical_error(found, expected):
    """The median error of an element, relative to the rms of all."""
    return float(numpy.median(numpy.abs(found - expected)) / numpy.sqrt((expected**2).mean()))


def dot(a, b):
    return float((a * b).sum())


def norm(a):
    return dot(a, a) ** 0.5


def forward_numbers(block):
    x, s, F, u, y = (t.detach() for t in (block.x, block.s, block.F, block.u, block.y))
    clipped = u * (u <= 0)
    numbers = {"norm_x": norm(x), "norm_s": norm(s), "norm_F": norm(F), "norm_u": norm(u), "norm_y": norm(y),
               "rms_u": norm(u) / u.numel() ** 0.5, "residual_ratio": norm(F) / norm(s),
               "skip_share": dot(s, u) / dot(u, u), "branch_share": dot(F, u) / dot(u, u),
               "alignment": dot(s, F) / norm(s) / norm(F), "clipped": float((u <= 0).double().mean()),
               "clipped_energy": dot(clipped, clipped) / dot(u, u)}
    if block.is_identity:
        m = block.m
        numbers |= {"refinement": dot(x, y) / norm(x) / norm(y), "write": norm(m * F.clamp(min=0)),
                    "erase": norm(m * F.clamp(max=0)), "kill": norm(x * (1 - m))}
    return numbers


def gradient_numbers(flow, name):
    gy, gs, gF, gx = (flow[name, kind] for kind in ("gy", "gs", "gF", "gx"))
    return {"norm_gy": norm(gy), "norm_gs": norm(gs), "norm_gF": norm(gF), "norm_gx": norm(gx),
            "skip_share": dot(gs, gx) / dot(gx, gx), "branch_share": dot(gF, gx) / dot(gx, gx),
            "gain": norm(gx) / norm(gy), "cosine": dot(gs, gF) / norm(gs) / norm(gF)}


def compare_numbers(comparison, kind, name, found, expected, tolerance):
    for key, value in expected.items():
        is_size = key.startswith("norm") or key.startswith("rms") or key in (
            "residual_ratio", "gain", "write", "erase", "kill")
        what = "norms and ratios" if is_size else "shares and cosines"
        comparison.add(f"{kind}: {what}", f"{name} {key}", found.get(key, float("nan")), value, tolerance,
                       None if is_size else 1)


def compare_ledger(comparison, answer, network, target, against):
    bias, stem, projections, entries, whole = network.ledger(target, against)
    size = sum(abs(entry) for entry in entries.values()) + abs(stem) + abs(bias) + abs(projections)
    found = answer["ledger"]
    for key, value in {"bias": bias, "stem": stem, "projections": projections, "sum": whole, "logit": whole}.items():
        comparison.add("ledger", key, found[key], value, FORWARD, size)
    for block in answer["blocks"]:
        comparison.add("ledger", block["name"], block["ledger"], entries[block["name"]], FORWARD, size)


def dumped(folder, name):
    return numpy.load(Path(folder) / f"{name}.npy")


def compare_dump(comparison, folder, network, exact, seen_from_found):
    """`exact` and `seen_from_found` are what gradient_flow gives."""
    comparison.add("logits", "logits", dumped(folder, "logits").ravel(), network.logits.detach().numpy().ravel(), FORWARD)
    for block in network.blocks:
        for letter in ("x", "s", "F", "u", "y"):
            comparison.add("tensors x s F u y", f"{block.name}.{letter}", dumped(folder, f"{block.name}.{letter}"),
                           getattr(block, letter).detach().numpy(), FORWARD)
    for (block, kind), gradient in exact[0].items():
        comparison.add_gradient("tensors gy gs gF gx", f"{block}.{kind}", dumped(folder, f"{block}.{kind}"),
                                gradient.numpy(), seen_from_found[0][block, kind].numpy())
    comparison.add_gradient("gradient of the input", "input", dumped(folder, "input_gradient"), exact[1].numpy(),
                            seen_from_found[1].numpy())
    for name, gradient in exact[2].items():
        comparison.add("gradients of parameters", name, dumped(folder, f"grad.{name}"), gradient.numpy(), GRADIENT)


def print_yardstick(module, network, exact, *objective):
    """The largest errors of PyTorch's own gradients at the blocks in fp32."""
    single = blocks.Network(module, network.x.detach(), torch.float32)
    found = single.gradient_flow(single.objective(*objective))[0]
    seen = network.gradient_flow(network.objective_seen_from(single.logits[0], *objective))[0]
    whole = max(norm(found[key].double() - expected) / norm(expected) for key, expected in exact[0].items())
    typical = max(typical_error(found[key].numpy(), expected.numpy()) for key, expected in exact[0].items())
    from_found = max(typical_error(found[key].numpy(), expected.numpy()) for key, expected in seen.items())
    print(f"yardstick: PyTorch's own gradients at the blocks, in fp32, are within {whole:.1e}, their typical elements "
          f"within {typical:.1e}, and within {from_found:.1e} seen from its own logits")


def inspect(given, model, image, folder, *arguments):
    command = [given.cli, "inspect", image, "--model", model, "--json", "--quiet", "--dump", folder, *arguments]
    if given.device:
        command += ["--device", given.device]
    answer = json.loads(subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, check=True).stdout)
    print(f"\n{answer['model']} on {answer['device']}: {Path(image).name}, {' '.join(arguments) or 'defaults'}")
    return answer


def compare(given, model, module, image, *arguments):
    """The claims of one model on one picture."""
    comparison = Comparison()
    with tempfile.TemporaryDirectory() as folder:
        answer = inspect(given, model, image, folder, *arguments)
        network = blocks.Network(module, torch.from_numpy(numpy.load(Path(folder) / "input.npy")))
        kind, target = answer["objective"]["kind"], answer["objective"]["target"]["index"]
        against = answer["objective"]["against"]["index"] if kind == "diff" else None
        objective = network.objective(kind, target, against)
        exact = flow, at_input, at_parameters = network.gradient_flow(objective)
        found_logits = torch.from_numpy(dumped(folder, "logits").ravel())
        seen = network.gradient_flow(network.objective_seen_from(found_logits, kind, target, against))
        print_yardstick(module, network, exact, kind, target, against)
        compare_dump(comparison, folder, network, exact, seen)
    comparison.add("objective", kind, answer["objective"]["value"], float(objective), FORWARD, max(1, abs(objective)))
    for block, found in zip(network.blocks, answer["blocks"], strict=True):
        compare_numbers(comparison, "forward", block.name, found["forward"], forward_numbers(block), FORWARD)
        compare_numbers(comparison, "gradient", block.name, found["gradient"], gradient_numbers(flow, block.name),
                        GRADIENT)
    compare_ledger(comparison, answer, network, target, against)
    lengths = network.by_path_length(objective)
    comparison.add("gradients by path length", "|G_k|", answer["paths"]["norm"], [norm(G) for G in lengths], GRADIENT)
    own = norm(sum(lengths) - flow[network.blocks[0].name, "gx"]) / norm(flow[network.blocks[0].name, "gx"])
    comparison.add("this script's own path lengths", "sum", own, 0, 1e-10, 1)
    for found in answer["parameters"]:
        comparison.add("norms of parameters' gradients", found["name"], found["grad_norm"],
                       norm(at_parameters[found["name"]]), GRADIENT)
    comparison.add("norm of the input's gradient", "input", answer["input_gradient_norm"], norm(at_input), GRADIENT)
    return list(comparison.claims())


def main():
    parser = oracle.options(__doc__)
    parser.add_argument("--photograph", default="n02102040_English_springer.JPEG", help="of data/photos")
    given = parser.parse_args()
    weights = given.shared / "data/weights/resnet50-imagenet-8bit.safetensors"
    resnet50 = torchvision.models.resnet50(weights=None)
    resnet50.load_state_dict(oracle.read_safetensors(weights), strict=False)  # num_batches_tracked may be missing
    cifar_weights = oracle.ROOT / "resources/models/resnet20-cifar10.safetensors"  # what the program embeds
    resnet20 = cifar_resnet.build("resnet20")
    resnet20.load_state_dict(oracle.read_safetensors(cifar_weights), strict=False)
    photograph = given.shared / "data/photos" / given.photograph
    claims = compare(given, weights, resnet50, photograph)
    claims += compare(given, cifar_weights, resnet20, oracle.ROOT / "resources/samples/ship.jpg",
                      "--objective", "diff", "--target", "ship", "--against", "airplane")
    oracle.verdict(claims)


main()
