#!/usr/bin/python3
"""Times forward passes of an ONNX file in OpenCV's DNN module: `opencv_pass.py FILE SIDE RUNS THREADS`, as
pytorch_pass.py."""
import json
import sys

import cv2
import numpy

from passes import timed

file, side, runs, threads = sys.argv[1], *map(int, sys.argv[2:5])
cv2.setNumThreads(threads)
network = cv2.dnn.readNetFromONNX(file)
image = numpy.random.default_rng(1).standard_normal((1, 3, side, side), dtype=numpy.float32)


def run():
    network.setInput(image)
    network.forward()


print(json.dumps({"version": cv2.__version__, "ms": timed(run, runs)}))
