"""CORAL by numpy's eigenvectors, timed: one JSON line for each `run N` on standard input.

/usr/bin/python3 peers/coral.py ROWS SIZE
"""

import json
import resource
import sys
import time

import numpy as np

rows, size = int(sys.argv[1]), int(sys.argv[2])
random = np.random.default_rng(1)
mix = random.normal(size=(size, size)) / np.sqrt(size)
source = random.normal(size=(rows, size)) @ mix
target = random.normal(size=(rows, size)) @ mix.T + 1


def power(matrix, exponent):
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * values**exponent) @ vectors.T


def coral():
    own, other = (np.cov(each, rowvar=False) + np.eye(size) for each in (source, target))
    return source @ (power(own, -0.5) @ power(other, 0.5))


for line in sys.stdin:
    times = []
    for _ in range(int(line.split()[1])):
        start = time.perf_counter()
        coral()
        times.append(1000 * (time.perf_counter() - start))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"ms": times, "peakMB": peak}), flush=True)
