#!/usr/bin/python3
"""Times passes of a network in PyTorch: `pytorch_pass.py NETWORK PASS RUNS THREADS` prints the times in ms as JSON.

With a file as a fifth argument it saves the network's random weights there instead of timing anything.
"""
import json
import sys
import time
from pathlib import Path

import torch
import torchvision

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "train"))
import cifar_resnet  # noqa: E402


def network(name):
    torch.manual_seed(1)
    is_cifar = name == "resnet20"
    module = cifar_resnet.build(name) if is_cifar else getattr(torchvision.models, name)(weights=None)
    side = 32 if is_cifar else 224
    return module.eval(), torch.randn(1, 3, side, side)


def forward(module, x):
    with torch.inference_mode():
        module(x)


class ForwardBackward:
    """Every gradient that `bench --backward` makes: of the parameters, the input, and every block's output."""

    def __init__(self, module):
        self.outputs = []
        for name, child in module.named_modules():
            if name.startswith("layer") and name.count(".") == 1:
                child.register_forward_hook(lambda _module, _inputs, output: self.outputs.append(output))

    def __call__(self, module, x):
        self.outputs.clear()
        x = x.clone().requires_grad_()
        logits = module(x)
        top = logits.argmax(1)
        wanted = [*module.parameters(), x, *self.outputs]
        torch.autograd.grad(torch.log_softmax(logits, 1)[0, top].sum(), wanted)


def times(module, x, run, runs):
    measured = []
    for index in range(-1, runs):  # the first warms up
        begin = time.perf_counter()
        run(module, x)
        if index >= 0:
            measured.append(1000 * (time.perf_counter() - begin))
    return measured


def main():
    name, which, runs, threads = sys.argv[1:5]
    torch.set_num_threads(int(threads))
    module, x = network(name)
    if len(sys.argv) > 5:
        torch.save(module.state_dict(), sys.argv[5])
        return
    run = forward if which == "forward" else ForwardBackward(module)
    print(json.dumps({"version": torch.__version__, "ms": times(module, x, run, int(runs))}))


main()
