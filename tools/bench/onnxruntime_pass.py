#!/usr/bin/python3
"""Times forward passes of an ONNX file in ONNX Runtime: `onnxruntime_pass.py FILE SIDE RUNS THREADS`, as
pytorch_pass.py."""
import json
import sys

import numpy
import onnxruntime

from passes import timed

file, side, runs, threads = sys.argv[1], *map(int, sys.argv[2:5])
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = threads
session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
image = numpy.random.default_rng(1).standard_normal((1, 3, side, side), dtype=numpy.float32)
measured = timed(lambda: session.run(None, {"image": image}), runs)
print(json.dumps({"version": onnxruntime.__version__, "ms": measured}))
