"""What is compared: each case knows how every program does one turn of it, and what ResLens is to reach."""
import tempfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

from programs import PYTHON, ROOT, HERE, run

SAMPLE = ROOT / "resources/samples/airplane.jpg"
EMBEDDED = ROOT / "resources/models/resnet20-cifar10.safetensors"


@dataclass
class Case:
    name: str
    what: str  # the pass or the whole process
    unit: str
    turns: dict[str, Callable[[], float]]  # by program
    target: float  # largest ratio to PyTorch's; for memory of the value itself
    stretch: float
    is_ratio_itself: bool = False  # the value needs no comparing
    warms_up: bool = False  # whole processes: the first turn of each fills the system's and the driver's caches
    notes: dict = field(default_factory=dict)


class Files:
    """Checkpoints, ONNX files and pictures in a temporary folder, each made when it is first needed."""

    def __init__(self, folder, needs_onnx):
        self.folder, self.needs_onnx = Path(folder), needs_onnx

    def checkpoint(self, name):
        path = self.folder / f"{name}.safetensors"
        if not path.exists():
            run([PYTHON, HERE / "networks.py", name, self.folder, *(["--onnx"] if self.needs_onnx else [])])
        return path

    def onnx(self, name):
        self.checkpoint(name)
        return self.folder / f"{name}.onnx"

    def pictures(self, source, count):
        """Paths of up to `count` pictures of a folder or a zip file."""
        if source.is_file():
            folder = Path(tempfile.mkdtemp(dir=self.folder))
            with zipfile.ZipFile(source) as archive:
                archive.extractall(folder)
            source = folder
        found = sorted(path for path in source.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
        return found[:: max(len(found) // count, 1)][:count]


def tuned_turn(programs, checkpoint, runs, which, *arguments):
    """A turn of ResLens with variants of the kernels that were measured once, before the first turn."""
    measured = []

    def turn():
        if not measured:
            measured.append(programs.tuned.bench(checkpoint, 1, "--tune", *arguments))
        return programs.tuned.bench(checkpoint, runs, *arguments)[which]["wall_median_ms"]
    return turn


def forward_case(given, programs, files, name, target, stretch):
    side = 32 if name == "resnet20" else 224
    checkpoint = files.checkpoint(name)
    turns = {"reslens": lambda: programs.reslens.bench(checkpoint, given.runs)["forward"]["wall_median_ms"],
             "tuned": tuned_turn(programs, checkpoint, given.runs, "forward"),
             "pytorch": lambda: programs.pytorch.pass_ms(name, "forward", given.runs)}
    for peer in [peer for peer in programs.peers if peer.can_run(files.onnx(name), side)]:
        turns[peer.name] = lambda peer=peer: peer.pass_ms(files.onnx(name), side, given.runs)
    return Case(name, "forward", "ms", turns, target, stretch)


def backward_case(given, programs, files, name, target, stretch):
    checkpoint = files.checkpoint(name)
    return Case(name, "forward_backward", "ms", {
        "reslens": lambda: programs.reslens.bench(checkpoint, given.runs,
                                                  "--backward")["forward_backward"]["wall_median_ms"],
        "tuned": tuned_turn(programs, checkpoint, given.runs, "forward_backward", "--backward"),
        "pytorch": lambda: programs.pytorch.pass_ms(name, "forward_backward", given.runs)}, target, stretch)


def agreement(ours, theirs):
    """Of the top classes, picture by picture: programs that do not say the same cannot be compared."""
    same = [a["top"][0]["index"] == b["top"][0]["index"] for a, b in zip(ours["results"], theirs["results"], strict=True)]
    return sum(same) / len(same)


def pictures_case(given, programs, files, target, stretch):
    paths = files.pictures(given.pictures, given.count)
    case = Case("resnet20", f"classify {len(paths)} pictures", "s", {}, target, stretch, warms_up=True)
    answers = {}

    def ours():
        ended = programs.reslens.call("classify", "--model", EMBEDDED, *paths)
        answers["reslens"] = ended.json()
        return ended.seconds

    def theirs():
        ended = programs.pytorch.classify("resnet20", EMBEDDED, paths)
        answers["pytorch"] = ended.json()
        case.notes["same top class"] = agreement(answers["reslens"], answers["pytorch"])
        return ended.seconds

    case.turns = {"reslens": ours, "pytorch": theirs}
    return case


def first_answer_case(_given, programs, files, name, target, stretch):
    checkpoint = files.checkpoint(name)
    return Case(name, "start to first answer", "s", {
        "reslens": lambda: programs.reslens.call("classify", "--model", checkpoint, SAMPLE).seconds,
        "pytorch": lambda: programs.pytorch.classify(name, checkpoint, [SAMPLE]).seconds},
        target, stretch, warms_up=True)


def memory_case(_given, programs, files, name, target, stretch):
    """The most memory of a process that classifies one picture, less that of one that does so with ResNet-20 (the
    libraries, the device and its compiler), in multiples of the weights."""
    checkpoint = files.checkpoint(name)
    weights = checkpoint.stat().st_size

    def ours():
        def peak(model):
            return programs.reslens.call("classify", "--model", model, SAMPLE).peak_bytes
        return (peak(checkpoint) - peak(EMBEDDED)) / weights

    def theirs():
        return (programs.pytorch.classify(name, checkpoint, [SAMPLE]).peak_bytes -
                programs.pytorch.classify("resnet20", EMBEDDED, [SAMPLE]).peak_bytes) / weights

    return Case(name, "peak memory", "x weights", {"reslens": ours, "pytorch": theirs}, target, stretch,
                is_ratio_itself=True, warms_up=True)


# name as `--only` sees it, how the case is made, and the target and the stretch of ResLens / PyTorch
CASES = [
    ("resnet18 forward", lambda *those: forward_case(*those, "resnet18", 2.5, 1.5)),
    ("resnet50 forward", lambda *those: forward_case(*those, "resnet50", 3.2, 1.9)),
    ("resnet50 forward_backward", lambda *those: backward_case(*those, "resnet50", 3.5, 2.0)),
    ("resnet152 forward", lambda *those: forward_case(*those, "resnet152", 3.2, 2.0)),
    ("resnet20 forward", lambda *those: forward_case(*those, "resnet20", 2.0, 1.0)),
    ("resnet20 pictures", lambda *those: pictures_case(*those, 2.0, 1.0)),
    ("resnet50 start", lambda *those: first_answer_case(*those, "resnet50", 1.0, 0.5)),
    ("resnet50 memory", lambda *those: memory_case(*those, "resnet50", 1.5, 1.2)),
]
