"""Golden LogME, H-score and LEEP: the papers' definitions without their shortcuts; scikit-learn's (1.2) shrinkage.

/usr/bin/python3 scripts/golden/transferability.py > packages/domain-adapt/src/transferability/golden/transferability.json
"""

import json

import numpy as np
import sklearn
from formula import values
from scipy import optimize, special, stats
from sklearn.covariance import ledoit_wolf


def floats(name, shape, low, high):
    return values(name, shape, low, high).numpy().astype(float)


def labelled(name, n, d, classes):
    """Rows about a centre for each class; the classes take turns, the first one twice."""
    labels = np.array([max(0, i % (classes + 1) - 1) for i in range(n)])
    centres = floats(f"{name} centres", (classes, d), -1, 1)
    return floats(name, (n, d), -1.5, 1.5) + centres[labels], labels


def evidence(features, y):
    """The largest log density of y ~ N(0, I / beta + FF' / alpha), by search over both precisions."""
    n = len(y)

    def loss(logs):
        a, b = np.exp(logs)
        return -stats.multivariate_normal.logpdf(y, np.zeros(n), np.eye(n) / b + features @ features.T / a) / n

    starts = [(0, 0), (3, 1), (-2, 2), (6, 0)]
    options = {"xatol": 1e-9, "fatol": 1e-13, "maxiter": 4000}
    found = [optimize.minimize(loss, start, method="Nelder-Mead", options=options) for start in starts]
    return -min(each.fun for each in found)


def log_me(features, targets):
    return float(np.mean([evidence(features, y) for y in targets.T]))


def h_score(features, labels, shrink):
    about = features - features.mean(0)
    means = np.array([about[labels == label].mean(0) for label in labels])
    between = np.cov(means, rowvar=False, ddof=0)
    if not shrink:
        return np.trace(np.linalg.pinv(np.cov(features, rowvar=False, ddof=0)) @ between)
    covariance, intensity = ledoit_wolf(features)
    return np.trace(np.linalg.inv(covariance) @ between) * (1 - intensity)


def case(name, n, d, classes):
    features, labels = labelled(name, n, d, classes)
    targets = floats(f"{name} targets", (n, 2), -1, 1) + 0.5 * features[:, :2]
    return {
        "name": name,
        "shape": [n, d, classes],
        "logMe": log_me(features, np.eye(classes)[labels]),
        "logMeOfTargets": log_me(features, targets),
        "hScore": h_score(features, labels, False) if n > d else None,
        "shrunk": h_score(features, labels, True),
        "intensity": ledoit_wolf(features)[1],
    }


def leep(name, n, z, classes):
    """Nguyen et al. 2020, equations 1 and 2, sample by sample."""
    _, labels = labelled(name, n, 1, classes)
    chances = special.softmax(floats(f"{name} source", (n, z), -3, 3) + 2 * np.eye(z)[labels], axis=1)
    joint = np.zeros((classes, z))
    for row, label in zip(chances, labels):
        joint[label] += row / n
    given = joint / joint.sum(0)
    return {
        "name": name,
        "shape": [n, z, classes],
        "leep": float(np.mean([np.log(given[label] @ row) for row, label in zip(chances, labels)])),
    }


print(
    json.dumps(
        {
            "command": "/usr/bin/python3 scripts/golden/transferability.py",
            "sklearn": sklearn.__version__,
            "cases": [case("tall", 40, 6, 3), case("wide", 18, 25, 3), case("two", 30, 4, 2), case("apart", 60, 3, 4)],
            "leep": [leep("more", 40, 6, 3), leep("even", 20, 3, 3)],
        },
        separators=(",", ":"),
    )
)
