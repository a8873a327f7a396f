"""Runs a case's programs in turns, and sets out the medians in a table."""
import statistics

NAMES = {"reslens": "ResLens", "tuned": "tuned", "pytorch": "PyTorch", "opencv": "OpenCV", "onnxruntime": "ONNX Runtime"}


def compared(case, rounds):
    """Every program's turns and their median. The programs alternate, so that what slows the machine down for a while
    slows all of them."""
    turns = {program: [] for program in case.turns}
    for number in range(-1 if case.warms_up else 0, rounds):
        for program, turn in case.turns.items():
            value = turn()
            if number >= 0:
                turns[program].append(value)
    medians = {program: statistics.median(values) for program, values in turns.items()}
    ratio = medians["reslens"] if case.is_ratio_itself else medians["reslens"] / medians["pytorch"]
    return {"network": case.name, "what": case.what, "unit": case.unit, "median": medians, "ratio": ratio,
            "target": case.target, "stretch": case.stretch, "notes": case.notes, "turns": turns}


def programs_in(rows):
    return [name for name in NAMES if any(name in row["median"] for row in rows)]


def cell(row, program):
    value = row["median"].get(program)
    return "" if value is None else f"{value:.1f}" if row["unit"] == "ms" else f"{value:.2f}"


def width(program):
    return max(9, len(NAMES[program]) + 2)


def mark(row):
    """How the ratio stands: + reaches the target, ++ the stretch."""
    return "++" if row["ratio"] <= row["stretch"] else "+" if row["ratio"] <= row["target"] else ""


def text_table(rows):
    programs = programs_in(rows)
    head = f"{'network':<11}{'what':<24}{'':<10}" + "".join(f"{NAMES[name]:>{width(name)}}" for name in programs)
    lines = [head + f"{'ratio':>8}{'':<4}{'target':>7}{'stretch':>9}"]
    for row in rows:
        cells = "".join(f"{cell(row, name):>{width(name)}}" for name in programs)
        lines.append(f"{row['network']:<11}{row['what']:<24}{row['unit']:<10}{cells}{row['ratio']:>8.2f} {mark(row):<3}"
                     f"{row['target']:>7.1f}{row['stretch']:>9.1f}")
    return lines


def titled(network):
    return network.replace("resnet", "ResNet-")


def markdown_table(rows):
    """A ratio that reaches its target is bold."""
    programs = programs_in(rows)
    lines = ["| network | what | unit | " + " | ".join(NAMES[name] for name in programs) +
             " | ratio | target | stretch |", "| --- | --- | --- |" + " ---: |" * (len(programs) + 3)]
    for row in rows:
        cells = " | ".join(cell(row, name) for name in programs)
        ratio = f"**{row['ratio']:.2f}**" if mark(row) else f"{row['ratio']:.2f}"
        lines.append(f"| {titled(row['network'])} | {row['what'].replace('_', ' + ')} | {row['unit']} | {cells} | {ratio} | "
                     f"{row['target']} | {row['stretch']} |")
    return lines
