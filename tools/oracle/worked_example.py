#!/usr/bin/python3
"""The numbers of the worked example in docs/decompositions.md: two identity blocks of two channels and one pixel."""
import numpy as np


class Block:
    """F = W2 relu(W1 x + b1) + b2; the batch norms are in the weights and biases."""

    def __init__(self, W1, b1, W2, b2):
        self.W1, self.b1, self.W2, self.b2 = (np.array(a, float) for a in (W1, b1, W2, b2))

    def run(self, x, alpha=1.0, beta=1.0):
        self.x, z = x, self.W1 @ x + self.b1
        self.r, self.inner = np.maximum(z, 0), z > 0
        self.F = self.W2 @ self.r + self.b2
        self.u = alpha * x + beta * self.F
        self.m = self.u > 0
        self.y = self.m * self.u
        return self.y

    def branch_back(self, g):
        return self.W1.T @ (self.inner * (self.W2.T @ g))


STEM = np.array([2.0, 1.0])
BLOCKS = [Block([[1, -1], [0.5, 1]], [0, -1], [[1, 0.5], [-1, -1]], [0, 0]),
          Block([[1, 0], [-1, 1]], [0, 0], [[-0.5, 1], [2, 1]], [0.25, 0])]
HEAD, BIAS = np.array([[1, 0.5], [0.5, -0.5]]), np.array([0.25, 0.5])


def logits(betas=(1, 1)):
    y = STEM
    for block, beta in zip(BLOCKS, betas):
        y = block.run(y, beta=beta)
    return HEAD @ y + BIAS


def cos(a, b):
    return a @ b / np.linalg.norm(a) / np.linalg.norm(b)


def show(name, *values):
    print(f"{name:22}", *(np.array2string(np.asarray(v, float), precision=4, suppress_small=True) for v in values))


def forward():
    x, F, u, y, m = (getattr(BLOCKS[0], name) for name in "xFuym")
    show("F, u, m, y", F, u, m, y)
    show("norms x F u y", *(np.linalg.norm(v) for v in (x, F, u, y)))
    show("shares of skip, branch", x @ u / (u @ u), F @ u / (u @ u))
    show("ratio, alignment", np.linalg.norm(F) / np.linalg.norm(x), cos(x, F))
    show("refinement", cos(x, y))
    show("clipped, energy", 1 - m.mean(), (u * ~m) @ u / (u @ u))
    write, erase, kill = m * np.maximum(F, 0), m * np.minimum(F, 0), -x * ~m
    show("write, erase, kill", write, erase, kill)
    assert np.allclose(write + erase + kill, y - x)
    show("per channel", F * u / u**2)


def gradients():
    g = HEAD[0]
    for number in (2, 1):
        block = BLOCKS[number - 1]
        gy, gu = g, block.m * g
        gs, gF = gu, block.branch_back(gu)
        g = gs + gF
        show(f"block {number}: gy gs gF gx", gy, gs, gF, g)
        show("  shares, gain, angle", gs @ g / (g @ g), gF @ g / (g @ g), np.linalg.norm(g) / np.linalg.norm(gy),
             cos(gs, gF))
        show("  dJ/dW2", np.outer(gu, block.r))
    return g


def ledger(whole):
    h2 = BLOCKS[1].m * HEAD[0]
    h1 = BLOCKS[0].m * h2
    parts = (BIAS[0], h1 @ STEM, h1 @ BLOCKS[0].F, h2 @ BLOCKS[1].F)
    show("bias, stem, 1, 2, sum", *parts, sum(parts))
    assert np.isclose(sum(parts), whole)


def paths(gradient):
    G = [HEAD[0]]
    for block in reversed(BLOCKS):
        masked = [block.m * g for g in G]
        zero = np.zeros(2)
        G = [s + b for s, b in zip(masked + [zero], [zero] + [block.branch_back(g) for g in masked])]
    show("G_0, G_1, G_2", *G)
    show("norms", *(np.linalg.norm(g) for g in G))
    assert np.allclose(sum(G), gradient)
    singles = BLOCKS[0].m * BLOCKS[1].branch_back(HEAD[0]), BLOCKS[0].branch_back(BLOCKS[0].m * HEAD[0])
    show("single paths of one", *(np.linalg.norm(g) for g in singles))
    show("alpha = 0.5", 0.25 * G[0] + 0.5 * G[1] + G[2])


def main():
    whole = logits()
    show("logits", whole)
    forward()
    gradient = gradients()
    ledger(whole[0])
    paths(gradient)
    show("Grad-CAM at block 1", (HEAD[0] + BLOCKS[1].branch_back(HEAD[0])) @ BLOCKS[0].y)
    for name, betas in (("lens: stem", (0, 0)), ("lens: block 1", (1, 0)), ("lens: block 2", (1, 1)),
                        ("lesion of block 1", (0, 1)), ("lesion of block 2", (1, 0))):
        show(name, logits(betas), logits(betas) - whole)


main()
