#!/usr/bin/python3
"""Times passes of a network in PyTorch: `pytorch_pass.py NETWORK PASS RUNS THREADS [BATCH [SIDE]]` prints the times in
ms as JSON."""
import json
import sys

import torch

import networks
from passes import timed


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


def main():
    name, which, runs, threads = sys.argv[1:5]
    batch = int(sys.argv[5]) if len(sys.argv) > 5 else 1
    side = int(sys.argv[6]) if len(sys.argv) > 6 else networks.side_of(name)
    torch.set_num_threads(int(threads))
    module = networks.build(name)
    x = torch.randn(batch, 3, side, side)
    run = forward if which == "forward" else ForwardBackward(module)
    print(json.dumps({"version": torch.__version__, "ms": timed(lambda: run(module, x), int(runs))}))


main()
