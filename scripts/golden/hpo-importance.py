"""Golden importances: a tree's marginal variances and a forest's shares of Optuna's fANOVA (3.1.0), and
PED-ANOVA in numpy after the paper (Watanabe, Bansal and Hutter 2023).

/usr/bin/python3 scripts/golden/hpo-importance.py > packages/hpo/src/importance/golden/importance.json
"""

import json
import math
import warnings

import numpy as np
import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.importance._fanova._tree import _FanovaTree
from scipy.stats import norm
from sklearn.tree import DecisionTreeRegressor

warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
random = np.random.default_rng(5)


def digits(values):
    return np.round(values, 6)


# One tree on numbers alone, as the boxes of its leaves.
points = digits(random.uniform(0, 1, (60, 3)))
targets = digits(np.sin(6 * points[:, 0]) + points[:, 1] * points[:, 2])
fitted = DecisionTreeRegressor(random_state=0).fit(points, targets)
tree = _FanovaTree(fitted.tree_, np.array([[0.0, 1.0]] * 3))

def boxes(node=0, low=(0.0, 0.0, 0.0), high=(1.0, 1.0, 1.0)):
    feature = fitted.tree_.feature[node]
    if feature < 0:
        return [[float(fitted.tree_.value[node].item()), list(low), list(high)]]
    cut = float(fitted.tree_.threshold[node])
    below, above = list(high), list(low)
    below[feature] = above[feature] = cut
    return boxes(fitted.tree_.children_left[node], low, tuple(below)) + boxes(
        fitted.tree_.children_right[node], tuple(above), high
    )


explained = [float(tree.get_marginal_variance(np.array([d])) / tree.variance) for d in range(3)]

# Trials, some of whose parameters are in the logarithm, whole or choices.
COUNT = 160
KINDS = ["a", "b", "c"]
trials = [
    {
        "rate": float(f"{math.exp(random.uniform(math.log(1e-5), math.log(1e-1))):.6g}"),
        "layers": int(random.integers(1, 7)),
        "drop": round(float(random.uniform(0, 0.5)), 6),
        "kind": KINDS[random.integers(3)],
    }
    for _ in range(COUNT)
]


def value(trial):
    offset = {"a": 0.0, "b": 0.4, "c": 1.6}[trial["kind"]]
    return round((math.log10(trial["rate"]) + 3) ** 2 + 0.1 * (trial["layers"] - 3) ** 2 + trial["drop"] + offset, 6)


values = [value(trial) for trial in trials]
# Optuna integrates over a rate and not over its logarithm, so it is given the logarithm.
SPACE = {
    "rate": FloatDistribution(-5, -1),
    "layers": IntDistribution(1, 6),
    "drop": FloatDistribution(0, 0.5),
    "kind": CategoricalDistribution(KINDS),
}


def shares(names, seeds):
    """The mean of some seeds: a forest is drawn."""
    study = optuna.create_study()
    for trial, result in zip(trials, values):
        study.add_trial(
            optuna.trial.create_trial(
                params={name: math.log10(trial[name]) if name == "rate" else trial[name] for name in names},
                distributions={name: SPACE[name] for name in names},
                value=result,
            )
        )
    found = [optuna.importance.FanovaImportanceEvaluator(seed=seed).evaluate(study) for seed in range(seeds)]
    return {name: float(np.mean([each[name] for each in found])) for name in names}


# PED-ANOVA: the densities of each parameter among the best tenth and among all, on a grid.
def pearson(name):
    order = np.argsort(values, kind="stable")
    best = [trials[at][name] for at in order[: math.ceil(0.1 * COUNT)]]
    p, q = (density(name, some) for some in (best, [trial[name] for trial in trials]))
    return float(np.sum(q * (p / q - 1) ** 2))


def density(name, some):
    if name == "kind":
        counts = np.array([sum(value == kind for value in some) for kind in KINDS], dtype=float)
        return (counts + 1 / 3) / (len(some) + 1)
    low, high, cells = {"rate": (math.log(1e-5), math.log(1e-1), 50), "layers": (0.5, 6.5, 6), "drop": (0, 0.5, 50)}[name]
    places = np.array([math.log(value) if name == "rate" else value for value in some], dtype=float)
    places = (places - low) / (high - low)
    width = max(1.059 * places.std(ddof=1) * len(some) ** -0.2, 0.5 / cells)
    edges = np.linspace(0, 1, cells + 1)
    below = norm.cdf((edges[None, :] - places[:, None]) / width)
    kernels = np.diff(below, axis=1) / (below[:, -1:] - below[:, :1])
    return (kernels.sum(axis=0) + 1 / cells) / (len(some) + 1)


scores = {name: pearson(name) for name in SPACE}
print(
    json.dumps(
        {
            "command": "/usr/bin/python3 scripts/golden/hpo-importance.py",
            "optuna": optuna.__version__,
            "tree": {"leaves": boxes(), "explained": explained},
            "trials": trials,
            "values": values,
            "fanova": {"all": shares(list(SPACE), 5), "numbers": shares(["rate", "layers", "drop"], 5)},
            "pedAnova": {name: score / sum(scores.values()) for name, score in scores.items()},
        },
        separators=(",", ":"),
    )
)
