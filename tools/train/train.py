#!/usr/bin/python3
"""Trains the embedded CIFAR-10 networks; see docs/models.md for the recipe and what came out.

    tools/train/train.py resnet20 plain20 resnet56 plain56 resnet32

On a machine that does other work too, give --threads 1: OpenMP's threads wait for each other by spinning, and two that
share their cores with anything else spend most of their time on that.

Every epoch is checkpointed under --work and a stopped run continues where it was. A finished network is written to
resources/models/<architecture>-cifar10.safetensors, its training log to docs/training/.
"""
import argparse
import dataclasses
import json
import os
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F

import cifar_data
import cifar_resnet

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import safetensors_file  # noqa: E402

BATCH, WARM_UP, MOMENTUM, SEED = 128, 0.2, 0.9, 1


@dataclasses.dataclass(frozen=True)
class Cycle:
    """Linear up to the peak rate over WARM_UP of the epochs, then linear down to (almost) zero."""
    epochs: int
    peak_rate: float
    variety: float  # of the augmentation
    small_epochs: int  # the first ones, on windows of SMALL_SIZE
    weight_decay: float = 2e-4  # of the convolution and linear weights

    def rate(self, epoch):
        progress = epoch / self.epochs
        shape = progress / WARM_UP if progress < WARM_UP else (1 - progress) / (1 - WARM_UP)
        return self.peak_rate * max(shape, 1e-3)


SMALL_SIZE = 24
ONE_CYCLE = (Cycle(15, 0.1, 0.25, 4),)
THREE_CYCLES = (Cycle(20, 0.15, 0.5, 8), Cycle(12, 0.1, 0.25, 0), Cycle(10, 0.1, 0.1, 0))
DEEP_CYCLE = (Cycle(22, 0.1, 0.2, 8, weight_decay=5e-4),)
DEEP_CYCLES = DEEP_CYCLE + (Cycle(8, 0.08, 0.1, 2, weight_decay=5e-4), Cycle(3, 0.04, 0.1, 0, weight_decay=5e-4),
                            Cycle(10, 0.06, 0.1, 3, weight_decay=5e-4))
RECIPES = {"resnet20": THREE_CYCLES, "plain20": ONE_CYCLE, "resnet32": DEEP_CYCLE, "resnet56": DEEP_CYCLES,
           "plain56": ONE_CYCLE}


def cycle_of(recipe, epoch):
    """The cycle that `epoch` (from 0) falls into, and how many epochs into it."""
    for cycle in recipe:
        if epoch < cycle.epochs:
            return cycle, epoch
        epoch -= cycle.epochs
    raise ValueError("after the last epoch")


def parameters(model):
    """Two groups, since weight decay acts on the convolution and linear weights only."""
    decayed = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() == 1]
    return [{"params": decayed}, {"params": others}]


def evaluate(model, images, labels):
    """Top-1 accuracy and mean cross-entropy in fp32."""
    model.eval()
    right, loss = 0, 0.0
    with torch.no_grad():
        for x, y in zip(images.split(500), labels.split(500)):
            logits = model(cifar_data.normalise(x).contiguous(memory_format=torch.channels_last))
            right += int((logits.argmax(1) == y).sum())
            loss += float(F.cross_entropy(logits, y, reduction="sum"))
    return right / len(labels), loss / len(labels)


def train_epoch(model, optimiser, epoch, recipe, images, labels):
    """One pass over the training set in bfloat16 mixed precision; returns the mean training loss."""
    model.train()
    random = torch.Generator().manual_seed(SEED * 1000 + epoch)
    cycle, at = cycle_of(recipe, epoch)
    size = SMALL_SIZE if at < cycle.small_epochs else 32
    optimiser.param_groups[0]["weight_decay"] = cycle.weight_decay
    order = torch.randperm(len(images), generator=random)
    batches = len(order) // BATCH
    total = 0.0
    for step, index in enumerate(order[:batches * BATCH].split(BATCH)):
        for group in optimiser.param_groups:
            group["lr"] = cycle.rate(at + step / batches)
        x = cifar_data.augment(images[index], size, cycle.variety, random).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = model(x)
        loss = F.cross_entropy(logits.float(), labels[index])
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        total += float(loss)
    return total / batches


def rounded_to_half(model):
    """The weights as they are shipped: fp16 (and no num_batches_tracked)."""
    return {k: v.half() for k, v in model.state_dict().items() if v.is_floating_point()}


def train(architecture, options, train_set, test_set):
    torch.manual_seed(SEED)
    model = cifar_resnet.build(architecture).to(memory_format=torch.channels_last)
    recipe = RECIPES[architecture]
    optimiser = torch.optim.SGD(parameters(model), lr=recipe[0].peak_rate, momentum=MOMENTUM, nesterov=True)
    state_file, curve = options.work / f"{architecture}.pt", []
    if state_file.exists():
        state = torch.load(state_file)
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        curve = state["curve"]
    for epoch in range(len(curve), sum(cycle.epochs for cycle in recipe)):
        start = time.time()
        loss = train_epoch(model, optimiser, epoch, recipe, *train_set)
        accuracy, test_loss = evaluate(model, *test_set)
        curve.append({"epoch": epoch + 1, "train_loss": round(loss, 4), "test_loss": round(test_loss, 4),
                      "test_top1": round(accuracy, 4), "seconds": round(time.time() - start, 1)})
        print(architecture, json.dumps(curve[-1]), flush=True)
        torch.save({"model": model.state_dict(), "optimiser": optimiser.state_dict(), "curve": curve},
                   str(state_file) + ".part")
        os.replace(str(state_file) + ".part", state_file)
    land(architecture, model, curve, options, test_set)


def land(architecture, model, curve, options, test_set):
    """Writes the fp16 file that the application embeds, with the accuracy of exactly those weights."""
    half = rounded_to_half(model)
    model.load_state_dict({k: v.float() for k, v in half.items()}, strict=False)
    accuracy, loss = evaluate(model, *test_set)
    training = {"data": "CIFAR-10 training images as JPEG files", "epochs": len(curve), "batch": BATCH,
                "schedule": [dataclasses.asdict(cycle) for cycle in RECIPES[architecture]],
                "optimiser": "SGD, Nesterov momentum 0.9", "precision": "bfloat16 autocast", "seed": SEED, "test_top1": round(accuracy, 4),
                "test_loss": round(loss, 4), "test_images": len(test_set[1])}
    preprocess = {"resize": 32, "crop": 32, "mean": cifar_data.MEAN, "std": cifar_data.STD}
    metadata = {"format": "pt", "reslens.architecture": architecture, "reslens.dataset": "CIFAR-10",
                "reslens.classes": json.dumps(cifar_data.CLASSES), "reslens.preprocess": json.dumps(preprocess),
                "reslens.training": json.dumps(training)}
    options.out.mkdir(parents=True, exist_ok=True)
    options.logs.mkdir(parents=True, exist_ok=True)
    safetensors_file.save(options.out / f"{architecture}-cifar10.safetensors", half, metadata)
    (options.logs / f"{architecture}-cifar10.json").write_text(json.dumps({**training, "curve": curve}, indent=1) + "\n")
    print(architecture, "landed, fp16 top-1", accuracy, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("architectures", nargs="+", choices=RECIPES)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data/cifar10")
    parser.add_argument("--work", type=Path, default=ROOT / "build/train")
    parser.add_argument("--out", type=Path, default=ROOT / "resources/models")
    parser.add_argument("--logs", type=Path, default=ROOT / "docs/training")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    train_set, test_set = (cifar_data.load(options.data / f"{part}.zip", options.work) for part in ("train", "test"))
    for architecture in options.architectures:
        train(architecture, options, train_set, test_set)


if __name__ == "__main__":
    main()
