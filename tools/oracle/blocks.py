"""A residual network's blocks taken apart by PyTorch's autograd, in double precision.

Nothing here knows how ResLens computes: hooks on the real modules give x, s, F and y of every block, and autograd the
rest. Formulas: docs/decompositions.md.
"""
import copy

import torch


class Block:
    """One residual block of one forward pass: x, s, F, u, y as tensors of the graph, m = [u > 0]."""

    def __init__(self, name, module):
        self.name, self.module = name, module
        self.last_norm = module.bn3 if hasattr(module, "bn3") else module.bn2
        module.register_forward_pre_hook(self.take_input)
        module.register_forward_hook(self.take_output)
        self.last_norm.register_forward_hook(self.take_branch)

    def take_input(self, module, inputs):
        self.x, = inputs

    def take_branch(self, module, inputs, output):
        self.F = output
        return output.clone()  # torchvision adds the shortcut in place

    def take_output(self, module, inputs, output):
        self.y = output
        if getattr(self.module, "downsample", None) is not None:
            self.s = self.module.downsample(self.x)
        elif hasattr(self.module, "shortcut"):
            self.s = self.module.shortcut(self.x)
        else:
            self.s = self.x
        self.u = self.s + self.F
        self.m = (self.u > 0).to(self.u.dtype)

    @property
    def is_identity(self):
        return self.s is self.x

    def through_skip(self, gradient):
        return gradient if self.is_identity else vector_jacobian(self.s, self.x, gradient)

    def through_branch(self, gradient):
        return vector_jacobian(self.F, self.x, gradient)

    def projection_shift(self):
        """What a projection adds whatever its input: its batch norm's shift, for every pixel."""
        projection = getattr(self.module, "downsample", None)
        if projection is None:
            return torch.zeros_like(self.s)
        norm = projection[1]
        shift = norm.bias - norm.running_mean * norm.weight / torch.sqrt(norm.running_var + norm.eps)
        return shift.view(1, -1, 1, 1).expand_as(self.s)


def vector_jacobian(output, at, gradient):
    result, = torch.autograd.grad(output, at, gradient, retain_graph=True)
    return result


class Network:
    """A copy of `module` in evaluation mode, run on one input, with its blocks."""

    def __init__(self, module, x, dtype=torch.float64):
        self.module = copy.deepcopy(module).to(dtype).eval()
        for part in self.module.modules():
            if isinstance(part, torch.nn.ReLU):
                part.inplace = False
        self.blocks = [Block(f"{stage}.{i}", block) for stage in ("layer1", "layer2", "layer3", "layer4")
                       for i, block in enumerate(getattr(self.module, stage, []))]
        self.x = x.to(dtype).requires_grad_()
        self.logits = self.module(self.x)

    @property
    def stem(self):
        return self.blocks[0].x

    def objective(self, kind, target, against, logits=None):
        """Of this network's logits, or of others of the same shape."""
        logits = self.logits[0] if logits is None else logits
        return {"logit": lambda: logits[target],
                "logp": lambda: logits.log_softmax(0)[target],
                "prob": lambda: logits.softmax(0)[target],
                "diff": lambda: logits[target] - logits[against]}[kind]()

    def objective_seen_from(self, logits, kind, target, against):
        """A linear function of this network's logits: its gradient at them is the objective's gradient at `logits`."""
        logits = logits.detach().to(self.logits.dtype).requires_grad_()
        seed = vector_jacobian(self.objective(kind, target, against, logits), logits, torch.tensor(1.0, dtype=logits.dtype))
        return (self.logits[0] * seed).sum()

    def gradient_flow(self, objective):
        """{(block, "gy"): tensor, ...}, the input's gradient, {parameter: tensor}."""
        outputs = [block.y for block in self.blocks]
        named = [(name, p) for name, p in self.module.named_parameters()]
        found = torch.autograd.grad(objective, outputs + [self.x] + [p for _, p in named], retain_graph=True)
        flow = {}
        for block, gy in zip(self.blocks, found):
            gu = block.m * gy
            gs, gF = block.through_skip(gu), block.through_branch(gu)
            flow |= {(block.name, "gy"): gy, (block.name, "gs"): gs, (block.name, "gF"): gF,
                     (block.name, "gx"): gs + gF}
        at_parameters = dict(zip((name for name, _ in named), found[len(outputs) + 1:]))
        return flow, found[len(outputs)], at_parameters

    def ledger(self, target, against):
        """(bias, stem, projections, {block: entry}, whole), all of the logit or of a difference."""
        objective = self.objective("logit" if against is None else "diff", target, against)
        bias = self.module.fc.bias[target] - (0 if against is None else self.module.fc.bias[against])
        h = vector_jacobian(objective, self.blocks[-1].y, torch.ones_like(objective))
        entries, projections = {}, 0.0
        for block in reversed(self.blocks):
            h = block.m * h
            entries[block.name] = float((h * block.F).sum())
            projections += float((h * block.projection_shift()).sum())
            h = block.through_skip(h)
        return float(bias), float((h * self.stem).sum()), projections, entries, float(objective)

    def by_path_length(self, objective):
        """G_k at the stem's output, k = 0 ... number of blocks."""
        lengths = [vector_jacobian(objective, self.blocks[-1].y, torch.ones_like(objective))]
        for block in reversed(self.blocks):
            masked = [block.m * G for G in lengths]
            skips = [block.through_skip(G) for G in masked]
            branches = [block.through_branch(G) for G in masked]
            nothing = torch.zeros_like(skips[0])
            lengths = [skip + branch for skip, branch in zip(skips + [nothing], [nothing] + branches)]
        return lengths
