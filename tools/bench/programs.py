"""Starts the programs that are compared, and says what they answered and what they took."""
import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PYTHON = "/usr/bin/python3"  # Debian's, which has its packages
# glibc gives large blocks back to the system and takes them again, over and over: PyTorch's times then jump by a half.
ALLOCATOR = {"MALLOC_TRIM_THRESHOLD_": "4294967296", "MALLOC_MMAP_THRESHOLD_": "4294967296"}


@dataclass
class Ended:
    out: bytes
    seconds: float  # from start to end
    peak_bytes: int  # the most memory it ever held, as VmHWM

    def json(self):
        return json.loads(self.out)


class Failed(Exception):
    pass


def run(command, environment=None, stdin=""):
    command = [str(part) for part in command]
    begin = time.perf_counter()
    process = subprocess.Popen(command, env={**os.environ, **(environment or {})}, stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE)
    process.stdin.write(stdin.encode())
    process.stdin.close()
    out = process.stdout.read()
    process.stdout.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - begin
    if process.returncode:
        raise Failed(f"{' '.join(command[:12])} ended with exit code {process.returncode}")
    return Ended(out, seconds, usage.ru_maxrss * 1024)


class ResLens:
    """With caches of its own, in which no variant of a kernel has been measured yet."""

    def __init__(self, cli, device, threads):
        self.cli, self.device = cli, device
        self.cache = tempfile.TemporaryDirectory()
        self.environment = {"LP_NUM_THREADS": str(threads), "RESLENS_CACHE": self.cache.name}

    def call(self, command, *arguments):
        chosen = ["--device", self.device] if self.device else []
        return run([self.cli, command, *arguments, "--json", "--quiet", *chosen], self.environment)

    def bench(self, checkpoint, runs, *arguments):
        return self.call("bench", "--model", checkpoint, "--runs", runs, *arguments).json()


class PyTorch:
    def __init__(self, threads):
        self.threads, self.environment = threads, {**ALLOCATOR, "OMP_NUM_THREADS": str(threads)}

    def version(self):
        return run([PYTHON, "-c", "import torch; print(torch.__version__)"]).out.decode().strip()

    def script(self, name, *arguments, stdin=""):
        return run([PYTHON, HERE / name, *arguments], self.environment, stdin)

    def pass_ms(self, network, which, runs, *shape):
        return statistics.median(self.script("pytorch_pass.py", network, which, runs, self.threads, *shape).json()["ms"])

    def classify(self, network, weights, paths):
        return self.script("pytorch_classify.py", network, weights, self.threads, stdin="\n".join(map(str, paths)))


class OnnxPeer:
    """Runs ONNX files: OpenCV, ONNX Runtime. `ask_version` is a command that prints its version."""

    def __init__(self, name, command, ask_version, threads):
        self.name, self.command, self.ask_version, self.threads = name, command, ask_version, threads

    def version(self):
        return run(self.ask_version).out.decode().strip()

    def answer(self, file, side, runs):
        return run([*self.command, file, side, runs, self.threads], {"OMP_NUM_THREADS": str(self.threads)}).json()

    def can_run(self, file, side):
        """Not every reader of ONNX files knows every operation."""
        try:
            return bool(self.answer(file, side, 1))
        except Failed:
            return False

    def pass_ms(self, file, side, runs):
        return statistics.median(self.answer(file, side, runs)["ms"])


def has_module(name):
    return importlib.util.find_spec(name) is not None


def has_node_module(name):
    return shutil.which("node") and not subprocess.run(["node", "-e", f"require.resolve('{name}')"], check=False,
                                                       stderr=subprocess.DEVNULL).returncode


def python_peer(name, module, threads):
    return OnnxPeer(name, [PYTHON, HERE / f"{name}_pass.py"],
                    [PYTHON, "-c", f"import {module}; print({module}.__version__)"], threads)


def installed_peers(threads):
    """Those that this machine has, besides PyTorch."""
    peers = [python_peer("opencv", "cv2", threads)] if has_module("cv2") else []
    if has_module("onnxruntime"):
        peers.append(python_peer("onnxruntime", "onnxruntime", threads))
    elif has_node_module("onnxruntime-node"):
        ask_version = ["node", "-p", "require('onnxruntime-node/package.json').version"]
        peers.append(OnnxPeer("onnxruntime", ["node", HERE / "onnxruntime_pass.js"], ask_version, threads))
    return peers
