#!/usr/bin/python3
"""Times forward passes of an ONNX file in ONNX Runtime: `onnxruntime_pass.py FILE SIDE RUNS THREADS`, as
pytorch_pass.py."""
import json
import sys
import time

import numpy
import onnxruntime

file, side, runs, threads = sys.argv[1], *map(int, sys.argv[2:5])
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = threads
session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
image = numpy.random.default_rng(1).standard_normal((1, 3, side, side), dtype=numpy.float32)
measured = []
for _ in range(runs + 1):
    begin = time.perf_counter()
    session.run(None, {"image": image})
    measured.append(1000 * (time.perf_counter() - begin))
print(json.dumps({"version": onnxruntime.__version__, "ms": measured[1:]}))
