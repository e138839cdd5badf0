"""The reference implementation of shallow adaptation on request: a JSON line of a method in, a JSON line of its result out.

/usr/bin/python3 peers/adaptation-shallow.py, with lines {"method", "source": FILE, "target": FILE, "shape": [N, M, D],
"labels", "out": FILE, ...}; files hold float64. The result: {"classes", "numbers"}; numbers are in the file.
"""

import json
import pathlib
import sys

import numpy as np

sys.path.append(str(pathlib.Path(__file__).parent.parent.parent / "scripts" / "reference"))
import shallow_adaptation as reference  # noqa: E402
from sklearn.svm import SVC  # noqa: E402


def unit(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def nearest_after(pair, labels, as_units=False):
    source, target = (unit(each) for each in pair) if as_units else pair
    return np.concatenate([each.ravel() for each in pair]), reference.nearest(source, labels, target)


def result(ask, source, target, labels):
    method = ask["method"]
    if method == "nearest":
        return nearest_after((source, target), labels)
    if method == "coral":
        return nearest_after(reference.coral(source, target), labels)
    if method == "coral-svm":
        moved, _ = reference.coral(source, target)
        model = SVC(C=ask["cost"], kernel="linear").fit(moved, labels)
        return np.zeros(0), model.predict(target)
    if method == "subspace":
        return nearest_after(reference.subspace(source, target, ask["dimensions"]), labels)
    if method == "tca":
        pair = reference.tca(unit(source), unit(target), ask["dimensions"])
        return nearest_after(pair, labels, as_units=True)
    if method == "linear-transport":
        return nearest_after(reference.linear_transport(source, target, ask["ridge"]), labels)
    if method == "sinkhorn":
        pair = reference.sinkhorn(source, target, labels if ask["groups"] else None)
        return nearest_after(pair, labels)
    if method == "tradaboost":
        few = ask["few"]
        few_labels = np.array(ask["fewLabels"])
        return np.zeros(0), reference.tradaboost(source, labels, target[few], few_labels, target)
    weights = weights_of(ask, source, target)
    return weights, reference.logistic(source, labels, target, weights if len(weights) else None)


def weights_of(ask, source, target):
    method = ask["method"]
    if method == "kernel-mean-matching":
        return reference.kernel_mean_matching(source, target, ask["width"])[0]
    if method == "kliep":
        return reference.kliep(source, target, target[ask["centres"]], ask["width"])[0]
    if method == "discriminator":
        return reference.discriminator(source, target)
    assert method == "logistic", method
    return np.zeros(0)


for line in sys.stdin:
    ask = json.loads(line)
    n, m, d = ask["shape"]
    source = np.fromfile(ask["source"]).reshape(n, d)
    target = np.fromfile(ask["target"]).reshape(m, d)
    numbers, classes = result(ask, source, target, np.array(ask["labels"]))
    np.asarray(numbers, dtype=np.float64).tofile(ask["out"])
    print(json.dumps({"classes": np.asarray(classes).tolist(), "numbers": len(numbers)}), flush=True)
