#!/usr/bin/env python3
"""Writes the tables of docs/models.md and the picture docs/images/training.svg from the logs in docs/training/.

Run it after a network has landed; it replaces what stands between the markers in docs/models.md.
"""
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import plot  # noqa: E402
from marked_text import between_markers  # noqa: E402

LOGS, MODELS = ROOT / "docs/training", ROOT / "resources/models"
CARD, PICTURE = ROOT / "docs/models.md", ROOT / "docs/images/training.svg"
ORDER = ["resnet20", "resnet32", "resnet56", "plain20", "plain56"]
COLOURS = {"resnet20": "#7aa6da", "resnet32": "#3b78b8", "resnet56": "#12447c", "plain20": "#e0a15a", "plain56": "#a85a00"}


def architecture_of(path):
    return path.stem.removesuffix("-cifar10")


def read_logs():
    paths = sorted(LOGS.glob("*-cifar10.json"), key=lambda path: ORDER.index(architecture_of(path)))
    return {architecture_of(path): json.loads(path.read_text()) for path in paths}


def accuracy_table(logs):
    rows = ["| model | top-1 on the test pictures | mean cross-entropy | epochs | training time | file |",
            "| --- | --- | --- | --- | --- | --- |"]
    for name, log in logs.items():
        minutes = sum(epoch["seconds"] for epoch in log["curve"]) / 60
        kilobytes = (MODELS / f"{name}-cifar10.safetensors").stat().st_size / 1000
        rows.append(f"| `{name}-cifar10` | {log['test_top1']:.2%} | {log['test_loss']:.3f} | {log['epochs']} "
                    f"| {minutes:.0f} min | {kilobytes:.0f} kB |")
    return rows + ["", "![Test error over the epochs](images/training.svg)"]


def schedule_text(schedule):
    """The cycles of one training; the first logs have one sentence instead."""
    if isinstance(schedule, str):
        return schedule
    return "; then ".join(f"{cycle['epochs']} epochs to a peak rate of {cycle['peak_rate']}, variety {cycle['variety']}, "
                          f"weight decay {cycle.get('weight_decay', 2e-4):g}, "
                          f"the first {cycle['small_epochs']} on small windows" for cycle in schedule)


def recipe_table(logs):
    """What the logs say about the training, once where they agree."""
    rows = ["| | |", "| --- | --- |"]
    for key in ("data", "optimiser", "batch", "precision", "seed", "test_images"):
        values = {str(log[key]) for log in logs.values()}
        rows.append(f"| {key.replace('_', ' ')} | {'; '.join(sorted(values))} |")
    for name, log in logs.items():
        rows.append(f"| cycles of {name} | {schedule_text(log['schedule'])} |")
    return rows


def curve_table(logs):
    names = list(logs)
    rows = ["| epoch | " + " | ".join(names) + " |", "| --- |" + " --- |" * len(names)]
    for epoch in range(max(len(log["curve"]) for log in logs.values())):
        cells = [f"{log['curve'][epoch]['test_top1']:.2%}" if epoch < len(log["curve"]) else "" for log in logs.values()]
        rows.append(f"| {epoch + 1} | " + " | ".join(cells) + " |")
    return rows


def picture(logs):
    epochs = max(len(log["curve"]) for log in logs.values())
    errors = {name: [100 * (1 - epoch["test_top1"]) for epoch in log["curve"]] for name, log in logs.items()}
    worst = max(max(error) for error in errors.values())
    epoch_ticks = [(epoch, str(epoch)) for epoch in range(1, epochs + 1) if epoch == 1 or epoch % 5 == 0]
    drawing = plot.Plot("Test error over the epochs", plot.Axis("epoch", 1, max(epochs, 2), epoch_ticks),
                        plot.linear("test error (top-1)", worst, form="{:g} %"), height=360, right=110)
    for name, error in errors.items():
        drawing.line([(i + 1, e) for i, e in enumerate(error)], COLOURS[name])
    drawing.end_labels([(len(error), error[-1], name, COLOURS[name]) for name, error in errors.items()])
    return drawing.svg()


def main():
    logs = read_logs()
    if not logs:
        raise SystemExit(f"no logs in {LOGS}")
    text = CARD.read_text()
    for marker, table in (("accuracy", accuracy_table), ("recipe", recipe_table), ("curve", curve_table)):
        text = between_markers(text, marker, table(logs), CARD)
    CARD.write_text(text)
    PICTURE.write_text(picture(logs))
    print(f"{CARD.relative_to(ROOT)}, {PICTURE.relative_to(ROOT)}: {', '.join(logs)}")


main()
