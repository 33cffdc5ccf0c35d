"""The plain relaxation loop as one writes it by hand: what bench/relaxation.mjs compares with.

Called by it: relaxation.py LIBRARY FOLDER DTYPE SIZES ROWS SWEEPS STEP ROUNDS, on numpy or torch. Prints milliseconds of the
processor, the median and the best of the rounds, and the residual that is reached.
"""

import importlib
import json
import statistics
import sys
import time

import numpy as np

library, folder, dtype, sizes, rows, sweeps, step, rounds = sys.argv[1:]
kind = np.float32 if dtype == "f32" else np.float64
sizes = [int(size) for size in sizes.split(",")]
step = float(step)
xp = importlib.import_module(library)
if library == "torch":
    xp.set_num_threads(1)
    xp.set_grad_enabled(False)


def load(name, *shape):
    values = np.fromfile(f"{folder}/{name}", dtype=kind).reshape(shape)
    return values if xp is np else xp.from_numpy(values)


x = load("x", int(rows), sizes[0])
weights = [load(f"layers.{i}.weight", sizes[i + 1], sizes[i]) for i in range(len(sizes) - 1)]
biases = [load(f"layers.{i}.bias", sizes[i + 1]) for i in range(len(sizes) - 1)]
last = len(weights)


def f(layer, potential):
    return potential if layer == last else xp.tanh(potential)


def targets(s, drive):
    """What each layer's equation says, from the states as they are; s[0] is not used."""
    out = [None]
    for layer in range(1, last + 1):
        potential = drive if layer == 1 else s[layer - 1] @ weights[layer - 1].T + biases[layer - 1]
        if layer < last:
            potential = potential + s[layer + 1] @ weights[layer]
        out.append(f(layer, potential))
    return out


def relax(sweeps):
    drive = x @ weights[0].T + biases[0]
    s = [x, f(1, drive)]
    for layer in range(2, last + 1):
        s.append(f(layer, s[-1] @ weights[layer - 1].T + biases[layer - 1]))
    for _ in range(sweeps):
        new = targets(s, drive)
        s = [x] + [s[layer] + step * (new[layer] - s[layer]) for layer in range(1, last + 1)]
    return s, drive


relax(int(sweeps))  # what is set up once is not timed
times = []
for _ in range(int(rounds)):
    began = time.process_time()
    s, drive = relax(int(sweeps))
    times.append(1000 * (time.process_time() - began))
new = targets(s, drive)
residual = max(float(abs(new[layer] - s[layer]).max()) for layer in range(1, last + 1))
print(json.dumps({"milliseconds": statistics.median(times), "best": min(times), "residual": residual}))
