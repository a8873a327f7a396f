#!/usr/bin/python3
"""Draws the pictures of docs/performance.md from what `document` measured and left in docs/performance/: the roofline of
each layer, and time over depth, batch and size. `document` calls it; alone it only draws anew."""
import json
import math
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import plot  # noqa: E402

MEASURED, IMAGES = ROOT / "docs/performance", ROOT / "docs/images"
OURS, THEIRS, ROOF = "#12447c", "#d9822b", "#555"
KINDS = {"conv 1x1": "#d9822b", "conv 3x3": "#3b78b8", "conv 7x7": "#7b5ea7", "linear": "#2a9d8f"}


def kind_of(op):
    return next((kind for kind in KINDS if op.startswith(kind)), "")


def roofline(bench, title):
    """A dot for each layer that multiplies; its area is the layer's share of the time."""
    peak = bench["peak"]
    layers = [layer for layer in bench["layers"] if kind_of(layer["op"])]
    total = sum(layer["ms"] for layer in bench["layers"])
    lowest = min(layer["gflops"] for layer in layers)
    x = plot.logarithmic("operations for each byte that must move (input, weights and output, once)", 0.4, 400)
    y = plot.logarithmic("GFLOP/s", min(1.0, 10 ** math.floor(math.log10(lowest))), 2.2 * peak["gflops"])
    drawing = plot.Plot(title, x, y, height=440)
    knee = peak["gflops"] / peak["memory_gb_s"]
    left = max(x.low, y.low / peak["memory_gb_s"])
    drawing.line([(left, left * peak["memory_gb_s"]), (knee, peak["gflops"]), (x.high, peak["gflops"])], ROOF)
    drawing.note(x.high, peak["gflops"], f"multiply-adds in registers: {peak['gflops']:.0f} GFLOP/s", ROOF, "end", -4, -8)
    middle = math.sqrt(left * knee)
    drawing.note(middle, middle * peak["memory_gb_s"], f"memory: {peak['memory_gb_s']:.0f} GB/s", ROOF, "end", -12, -4)
    for layer in sorted(layers, key=lambda layer: -layer["ms"]):  # small dots over large ones
        drawing.dot(layer["intensity"], layer["gflops"], KINDS[kind_of(layer["op"])],
                    3 + 40 * math.sqrt(layer["ms"] / total / math.pi), 0.65,
                    f"{layer['layer']}, {layer['op']}: {layer['ms']:.2f} ms, {layer['gflops']:.1f} GFLOP/s, "
                    f"{layer['kernel']}")
    present = [kind for kind in KINDS if any(kind_of(layer["op"]) == kind for layer in layers)]
    drawing.legend([(kind, KINDS[kind]) for kind in present], drawing.width - 120,
                   drawing.height - drawing.bottom - 18 * len(present))
    return drawing.svg()


def of_curve(scaling, curve):
    return [point for point in scaling["points"] if point["curve"] == curve]


def both(drawing, points, x, value):
    """Ours and PyTorch's, by x(point) and value(point, program)."""
    ends = []
    for program, name, colour in (("reslens", "ResLens", OURS), ("pytorch", "PyTorch", THEIRS)):
        line = [(x(point), value(point, program)) for point in points]
        drawing.curve(line, colour)
        ends.append((*line[-1], name, colour))
    drawing.end_labels(ends)


def proportional(drawing, points, x, through):
    """A dashed line from the origin through our time at the point `through`."""
    slope = through["reslens"] / x(through)
    end = min(max(x(point) for point in points), drawing.y_axis.high / slope)
    drawing.line([(0, 0), (end, slope * end)], "#999", "5 4", 1.2)


def depth_picture(scaling):
    points = of_curve(scaling, "depth")

    def gmacs(point):
        return point["macs"] / 1e9
    drawing = plot.Plot("Time over depth: a forward pass of one picture, 224×224",
                        plot.linear("multiply-adds, in thousand millions", gmacs(points[-1])),
                        plot.linear("ms", max(point["reslens"] for point in points)), right=100)
    proportional(drawing, points, gmacs, points[0])
    both(drawing, points, gmacs, lambda point, program: point[program])
    for point in points:
        drawing.note(gmacs(point), point["reslens"], point["network"].replace("resnet", "ResNet-"), OURS, dx=7, dy=19)
    return drawing.svg()


def size_picture(scaling):
    points = of_curve(scaling, "size")

    def pixels(point):
        return point["size"] ** 2 / 1000
    drawing = plot.Plot("Time over the picture's size: a forward pass of ResNet-18",
                        plot.linear("thousand pixels", pixels(points[-1])),
                        plot.linear("ms", max(point["reslens"] for point in points)), right=90)
    proportional(drawing, points, pixels, next((p for p in points if p["size"] == 224), points[-1]))
    both(drawing, points, pixels, lambda point, program: point[program])
    for point in points:
        if point["size"] in (224, 352, 512):
            drawing.note(pixels(point), point["reslens"], f"{point['size']}×{point['size']}", OURS, "end", -8, -6)
    return drawing.svg()


def batch_picture(scaling):
    points = of_curve(scaling, "batch")
    batches = sorted({point["batch"] for point in points})
    series = {}  # (network, program): each batch's time per picture, that of one picture alone being 1
    for network in dict.fromkeys(point["network"] for point in points):
        own = [point for point in points if point["network"] == network]
        for program in ("reslens", "pytorch"):
            series[network, program] = [(point["batch"], point[program] / point["batch"] / own[0][program])
                                        for point in own]
    highest = max(1.2, max(value for line in series.values() for _, value in line))
    drawing = plot.Plot("Time for each picture over the batch, in multiples of a picture alone",
                        plot.logarithmic("pictures in a pass", batches[0], batches[-1], batches),
                        plot.linear("", highest), right=150)
    drawing.line([(batches[0], 1), (batches[-1], 1)], "#999", "5 4", 1.2)
    ends = []
    for (network, program), line in series.items():
        colour = {"reslens": OURS, "pytorch": THEIRS}[program]
        light = {"reslens": "#6d9fd1", "pytorch": "#eeb67c"}[program]
        shown = colour if network == "resnet18" else light
        drawing.curve(line, shown)
        name = network.replace("resnet", "ResNet-") + {"reslens": "", "pytorch": ", PyTorch"}[program]
        ends.append((*line[-1], name, shown))
    drawing.end_labels(ends)
    return drawing.svg()


def draw_all():
    scaling = json.loads((MEASURED / "scaling.json").read_text())
    pictures = {f"roofline-{name}": roofline(json.loads((MEASURED / f"layers-{name}.json").read_text()),
                                             f"{name.replace('resnet', 'ResNet-')}: what each layer reaches")
                for name in ("resnet18", "resnet50")}
    pictures |= {"scaling-depth": depth_picture(scaling), "scaling-batch": batch_picture(scaling),
                 "scaling-size": size_picture(scaling)}
    for name, svg in pictures.items():
        (IMAGES / f"{name}.svg").write_text(svg)
    return [f"docs/images/{name}.svg" for name in pictures]


if __name__ == "__main__":
    print("\n".join(draw_all()))
