"""Golden scores that judge adapted models without labels of the target, from the papers' equations
with numpy, SciPy and scikit-learn (1.2.1).

/usr/bin/python3 scripts/golden/validators.py > packages/domain-adapt/src/validate/golden/validators.json
"""

import json

import numpy as np
import sklearn
from formula import values
from scipy.special import softmax
from scipy.stats import pearsonr, rankdata, spearmanr
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

N, M, C, D = 40, 30, 4, 5


def floats(name, shape, low, high):
    return values(name, shape, low, high).numpy().astype(float)


# The probabilities as float32, which is what a test can hand over.
probabilities = softmax(floats("logits", (N, C), -3, 3), axis=1).astype(np.float32).astype(float)
wide = softmax(floats("wide", (3, 6), -3, 3), axis=1).astype(np.float32).astype(float)
source = floats("source", (M, D), -1, 1)
target = floats("target", (N, D), -0.5, 1.5)
losses = floats("losses", (M,), 0, 2)


def nats(chances):
    """Shannon's entropy along the last axis."""
    return -np.sum(chances * np.log(chances), axis=-1)


def density(rows, temperature):
    """SND (Saito et al. 2021), equations 2 to 4, row by row."""
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    total = 0
    for i in range(len(unit)):
        others = np.delete(unit, i, axis=0) @ unit[i]
        total += nats(softmax(others / temperature))
    return total / len(unit)


def nuclear(matrix):
    rows, columns = matrix.shape
    return np.linalg.norm(matrix, "nuc") / np.sqrt(rows * min(rows, columns))


def ratios(strength):
    """P(target) / P(source) of a logistic regression, times what the counts alone would say.

    Two rows of weights v/2 and -v/2 have half the squares of one row v: hence the factor 2.
    """
    both = StandardScaler().fit_transform(np.vstack([source, target]))
    domain = np.array([0] * M + [1] * N)
    model = LogisticRegression(C=2 * strength, solver="newton-cg", tol=1e-7, max_iter=10000).fit(both, domain)
    chances = model.predict_proba(both[:M])
    return M / N * chances[:, 1] / chances[:, 0]


def dev(weights):
    """DEV (You et al. 2019), Algorithm 1: the risk with its control variate."""
    weighted = weights * losses
    pair = np.cov(weighted, weights, ddof=1)
    eta = -pair[0, 1] / pair[1, 1]
    return np.mean(weighted) + eta * np.mean(weights) - eta


centres = floats("centres", (C, D), -1, 1)
source_labels = np.arange(M) % C
target_labels = np.argmax(probabilities, axis=1)
clustered = (source + centres[source_labels]).astype(np.float32).astype(float)
adapted = (target + centres[target_labels]).astype(np.float32).astype(float)
reverse = LogisticRegression(C=1, solver="newton-cg", multi_class="multinomial", tol=1e-7, max_iter=10000)
reverse.fit(adapted, target_labels)

first = np.round(floats("first", (8,), 0, 4))
second = floats("second", (8,), 0, 1)
mean_ranks = (rankdata(-first) + rankdata(-second)) / 2
weights = ratios(1)
print(
    json.dumps(
        {
            "command": "/usr/bin/python3 scripts/golden/validators.py",
            "sklearn": sklearn.__version__,
            "probabilities": probabilities.flatten().tolist(),
            "wide": wide.flatten().tolist(),
            "entropy": -float(np.mean(nats(probabilities))),
            "information": float(nats(probabilities.mean(axis=0)) - np.mean(nats(probabilities))),
            "density": [{"temperature": t, "score": float(density(probabilities, t))} for t in (0.05, 0.5)],
            "featureDensity": float(density(target, 0.05)),
            "nuclear": float(nuclear(probabilities)),
            "nuclearWide": float(nuclear(wide)),
            "ratios": [{"strength": s, "weights": ratios(s).tolist()} for s in (0.1, 1)],
            "weighted": -float(np.mean(weights * losses)),
            "dev": -float(dev(weights)),
            "clustered": clustered.flatten().tolist(),
            "adapted": adapted.flatten().tolist(),
            "circular": float(reverse.score(clustered, source_labels)),
            "first": first.tolist(),
            "second": second.tolist(),
            "meanRanks": mean_ranks.tolist(),
            "spearman": float(spearmanr(first, second)[0]),
            "pearson": float(pearsonr(first, second)[0]),
        },
        separators=(",", ":"),
    )
)
