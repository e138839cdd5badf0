"""Golden measures of a shift: SciPy (1.10), scikit-learn (1.2) and sums written from the papers' equations.

/usr/bin/python3 scripts/golden/shift.py > packages/domain-adapt/src/shift/golden/shift.json
"""

import itertools
import json

import numpy as np
import scipy
import sklearn
from formula import values
from scipy import optimize, special, stats
from scipy.spatial.distance import cdist
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler


def floats(name, shape, low, high):
    return values(name, shape, low, high).numpy().astype(float)


MULTIPLES = (0.25, 0.5, 1, 2, 4)


def domains(name, n, m, d):
    """The target is moved along its first feature and wider along its second."""
    source = floats(f"{name} source", (n, d), -1, 1)
    target = floats(f"{name} target", (m, d), -1, 1)
    target[:, 0] += 0.5
    target[:, 1] *= 2
    return source, target


def kernel_of(rows):
    distances = cdist(rows, rows)
    positive = np.sort(distances[np.triu_indices(len(rows), 1)])
    median = positive[len(positive) // 2]
    return sum(np.exp(-(distances**2) / (2 * (w * median) ** 2)) for w in MULTIPLES), median


def unbiased(kernel, first, other):
    """Gretton et al. 2012, equation 3, term by term."""
    n, m = len(first), len(other)
    within = sum(kernel[i, j] for i in first for j in first if i != j) / (n * (n - 1))
    beside = sum(kernel[i, j] for i in other for j in other if i != j) / (m * (m - 1))
    return within + beside - 2 * sum(kernel[i, j] for i in first for j in other) / (n * m)


def mmd(name, n, m, d):
    source, target = domains(name, n, m, d)
    kernel, median = kernel_of(np.vstack([source, target]))
    first, other = range(n), range(n, n + m)
    found = {
        "name": name,
        "shape": [n, m, d],
        "median": median,
        "unbiased": unbiased(kernel, first, other),
        "biased": kernel[:n, :n].mean() + kernel[n:, n:].mean() - 2 * kernel[:n, n:].mean(),
    }
    if n + m <= 12:
        everything = range(n + m)
        each = [
            unbiased(kernel, part, [i for i in everything if i not in part])
            for part in itertools.combinations(everything, n)
        ]
        found["p"] = np.mean([value >= found["unbiased"] - 1e-12 for value in each])
    return found


def coral(name, n, m, d):
    source, target = domains(name, n, m, d)
    apart = np.cov(source, rowvar=False) - np.cov(target, rowvar=False)
    return np.linalg.norm(apart, "fro") ** 2 / (4 * d**2)


def domain_classifier(name, each, d, strength):
    """Every third row is held out. Two rows of weights of opposite sign weigh as one with twice the C."""
    source, target = domains(name, each, each, d)
    rows = StandardScaler().fit_transform(np.vstack([source, target]))
    labels = np.repeat([0, 1], each)
    held = np.arange(2 * each) % 3 == 0
    model = LogisticRegression(C=2 * strength, solver="newton-cg", tol=1e-6)
    model.fit(rows[~held], labels[~held])
    taken = model.predict(rows[held]) == 1
    is_target = labels[held] == 1
    table = [[np.sum(taken & is_target), np.sum(~taken & is_target)], [np.sum(taken & ~is_target), np.sum(~taken & ~is_target)]]
    return {
        "name": name,
        "each": each,
        "size": d,
        "strength": strength,
        "sourceRows": int(np.sum(~is_target)),
        "targetRows": int(np.sum(is_target)),
        "sourceAsTarget": int(table[1][0]),
        "targetAsTarget": int(table[0][0]),
        "p": stats.fisher_exact(table, alternative="greater")[1],
    }


def hypergeometric(all_rows, marked, drawn, least):
    return {
        "all": all_rows,
        "marked": marked,
        "drawn": drawn,
        "least": least,
        "p": stats.hypergeom.sf(least - 1, all_rows, marked, drawn),
    }


CONFUSION = np.array([[40, 6, 4], [5, 20, 5], [2, 3, 15]], float)


def black_box(counts):
    """Lipton et al. 2018: C w = m with the joint shares C."""
    joint = CONFUSION.T / CONFUSION.sum()
    predicted = np.array(counts) / np.sum(counts)
    source = CONFUSION.sum(1) / CONFUSION.sum()
    target = np.maximum(np.linalg.solve(joint, predicted), 0) * source
    target /= target.sum()
    return {"counts": counts, "target": target.tolist(), "weights": (target / source).tolist()}


def ridged(counts, ridge):
    """Least squares with rows that pull to the source's shares."""
    conditional = CONFUSION.T / CONFUSION.sum(1)
    predicted = np.array(counts) / np.sum(counts)
    source = CONFUSION.sum(1) / CONFUSION.sum()
    system = np.vstack([conditional, np.sqrt(ridge) * np.eye(3)])
    target = np.linalg.lstsq(system, np.concatenate([predicted, np.sqrt(ridge) * source]), rcond=None)[0]
    target = np.maximum(target, 0)
    return {"counts": counts, "ridge": ridge, "target": (target / target.sum()).tolist()}


def likeliest(name, n, source):
    """What expectation and maximisation climb: the likelihood itself, by another way up."""
    logits = floats(name, (n, len(source)), -3, 3) + np.array([0.3, 0, 0.3])
    chances = special.softmax(logits, axis=1)

    def loss(free):
        q = special.softmax(np.append(free, 0))
        return -np.mean(np.log(chances @ (q / source)))

    free = optimize.minimize(loss, np.zeros(len(source) - 1), tol=1e-14, method="BFGS").x
    free = optimize.minimize(loss, free, method="Nelder-Mead", options={"xatol": 1e-12, "fatol": 1e-16, "maxiter": 10000}).x
    return {"name": name, "rows": n, "source": source.tolist(), "target": special.softmax(np.append(free, 0)).tolist()}


def stability(a, b, bins):
    inner = np.unique(np.quantile(a, np.arange(1, bins) / bins))

    def shares(x):
        counts = np.bincount(np.searchsorted(inner, x, side="right"), minlength=len(inner) + 1)
        return np.maximum(counts / len(x), 1e-4)

    return float(np.sum((shares(b) - shares(a)) * np.log(shares(b) / shares(a))))


def drift(name, n, m, d):
    source, target = domains(name, n, m, d)
    # A feature with many equal numbers, as after a ReLU.
    source[:, 2] = np.maximum(source[:, 2], 0)
    target[:, 2] = np.maximum(target[:, 2], 0)
    features = []
    for a, b in zip(source.T, target.T):
        tested = stats.ks_2samp(a, b, method="exact")
        features.append(
            {
                "means": [a.mean(), b.mean()],
                "deviations": [a.std(ddof=1), b.std(ddof=1)],
                "difference": (b.mean() - a.mean()) / np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2),
                "ks": tested.statistic,
                "p": tested.pvalue,
                "stability": stability(a, b, 10),
            }
        )
    ps = [f["p"] for f in features]
    for f in features:
        # The least q at which the step-up procedure still rejects this one.
        f["corrected"] = min(min(1, p * d / sum(other <= p for other in ps)) for p in ps if p >= f["p"])
    return {"name": name, "shape": [n, m, d], "features": features}


SHAPES = (("few", 5, 4, 3), ("square", 20, 20, 4), ("wide", 9, 14, 30))
print(
    json.dumps(
        {
            "command": "/usr/bin/python3 scripts/golden/shift.py",
            "scipy": scipy.__version__,
            "sklearn": sklearn.__version__,
            "mmd": [mmd(*shape) for shape in SHAPES],
            "coral": [coral(*shape) for shape in SHAPES],
            "classifiers": [domain_classifier("told", 60, 3, 1), domain_classifier("strict", 33, 8, 0.01)],
            "hypergeometric": [
                hypergeometric(*each)
                for each in ((20, 10, 10, 5), (20, 10, 12, 9), (7, 4, 6, 3), (2000, 1000, 900, 520), (2000, 1000, 1000, 800))
            ],
            "confusion": CONFUSION.tolist(),
            "blackBox": [black_box(counts) for counts in ([20, 30, 50], [90, 10, 0])],
            "ridged": [ridged([20, 30, 50], 0.1), ridged([90, 10, 0], 0.01)],
            "likeliest": likeliest("calibrated", 60, np.array([0.5, 0.3, 0.2])),
            "drift": [drift("even", 40, 40, 5), drift("uneven", 31, 17, 4)],
            "kolmogorov": [[x, special.kolmogorov(x)] for x in (0.1, 0.3, 0.7, 0.99, 1, 1.5, 3, 6)],
        },
        separators=(",", ":"),
    )
)
