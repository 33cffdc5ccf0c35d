"""Answers in lines of JSON, one for each line asked; see child.mjs."""
import base64
import importlib
import json
import sys
import time

import numpy as np

DTYPES = {"f32": np.float32, "f64": np.float64}


def unpacked(value):
    if isinstance(value, dict) and "base64" in value:
        return np.frombuffer(base64.b64decode(value["base64"]), DTYPES[value["type"]]).copy()
    if isinstance(value, dict):
        return {key: unpacked(one) for key, one in value.items()}
    return [unpacked(one) for one in value] if isinstance(value, list) else value


def packed(array):
    name = "f64" if array.dtype == np.float64 else "f32"
    return {"type": name, "base64": base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()}


peers = {}
trials = {}


def answer(op, peer=None, work=None, id=None, repeats=1):
    if op == "open":
        peers[peer] = importlib.import_module("peer_" + peer)
        return {**peers[peer].about(), "kinds": list(peers[peer].KINDS)}
    if op == "trial":
        trial = peers[peer].KINDS[work["kind"]](unpacked(work))
        if trial is None:
            return {"id": None}
        trials[len(trials)] = trial
        return {"id": len(trials) - 1}
    run, result = trials[id]
    if op == "time":
        began, start = time.perf_counter(), time.process_time()
        for _ in range(repeats):
            value = run()
        cpu, wall = time.process_time() - start, time.perf_counter() - began
        return {"cpu": 1000 * cpu / repeats, "wall": 1000 * wall / repeats, "value": value}
    if op == "result":
        return packed(result())
    trials[id] = None
    return {}


out, sys.stdout = sys.stdout, sys.stderr
for line in sys.stdin:
    try:
        said = answer(**json.loads(line))
    except Exception as error:  # told to who asked
        said = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(said), file=out, flush=True)
