"""Golden scores of several labels, of numbers and of confidences: scikit-learn 1.2.1, scipy 1.10.1.

/usr/bin/python3 scripts/golden/reports.py > packages/core/src/metrics/golden/reports.json
"""

import json

import numpy as np
import sklearn
from formula import rounded, values
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp, softmax
from sklearn import metrics

N, L = 50, 4


def floats(name, shape, low, high):
    return values(name, shape, low, high).numpy().astype(float)


# Coarse, so that scores tie; weights 0 now and then.
scores = np.round(floats("scores", (N, L), 0, 1), 1)
targets = (floats("targets", (N, L), 0, 1) * 0.7 + scores * 0.6 > 0.75).astype(int)
weight = values("weight", (N,), 0, 2)
weight[::7] = 0
weights = weight.numpy().astype(float)


def multi_label(w):
    taken = (scores >= 0.5).astype(int)
    precision, recall, f1, support = metrics.precision_recall_fscore_support(targets, taken, sample_weight=w)
    curves = [metrics.precision_recall_curve(targets[:, l], scores[:, l], sample_weight=w) for l in range(L)]
    best = [float(np.nanmax(2 * p * r / np.maximum(p + r, 1e-12))) for p, r, _ in curves]
    return {
        "meanAveragePrecision": metrics.average_precision_score(targets, scores, sample_weight=w),
        "microF1": metrics.f1_score(targets, taken, average="micro", sample_weight=w),
        "macroF1": metrics.f1_score(targets, taken, average="macro", sample_weight=w),
        "exactMatch": metrics.accuracy_score(targets, taken, sample_weight=w),
        "precision": precision.tolist(),
        "recall": recall.tolist(),
        "f1": f1.tolist(),
        "support": support.tolist(),
        "averagePrecision": metrics.average_precision_score(targets, scores, average=None, sample_weight=w).tolist(),
        "bestF1": best,
    }


predictions = floats("predictions", (N, 2), -2, 2)
truth = floats("truth", (N, 2), -1, 1) + predictions / 2


def regression(columns, w):
    p, t = predictions[:, columns], truth[:, columns]
    return {
        "mae": metrics.mean_absolute_error(t, p, sample_weight=w),
        "rmse": metrics.mean_squared_error(t, p, sample_weight=w) ** 0.5,
        "r2": metrics.r2_score(t, p, sample_weight=w),
    }


C = 5
logits = floats("logits", (N, C), -6, 6)
labels = np.where(np.arange(N) % 3 > 0, logits.argmax(1), np.floor(floats("labels", (N,), 0, C)).astype(int))


def temperature(w):
    def loss(beta):
        each = logsumexp(beta * logits, axis=1) - beta * logits[np.arange(N), labels]
        return np.average(each, weights=w)

    found = minimize_scalar(loss, bounds=(1e-3, 10), method="bounded", options={"xatol": 1e-10})
    return {"temperature": 1 / found.x, "lossBefore": loss(1), "lossAfter": found.fun}


chances = softmax(logits / 3, axis=1)
confidence, right = chances.max(1), (chances.argmax(1) == labels).astype(float)


def calibration(w, bins=10):
    total, worst = 0.0, 0.0
    for low in np.arange(bins) / bins:
        inside = (confidence > low) & (confidence <= low + 1 / bins) & (w > 0)
        if not inside.any():
            continue
        gap = abs(np.average(right[inside], weights=w[inside]) - np.average(confidence[inside], weights=w[inside]))
        total, worst = total + gap * w[inside].sum() / w.sum(), max(worst, gap)
    return {"expected": total, "maximum": worst}


ones = np.ones(N)
print(
    json.dumps(
        {
            "command": "/usr/bin/python3 scripts/golden/reports.py",
            "sklearn": sklearn.__version__,
            "scores": scores.flatten().tolist(),
            "targets": targets.flatten().tolist(),
            "numLabels": L,
            "weight": rounded(weight),
            "labels": labels.tolist(),
            "numClasses": C,
            "truth": truth.flatten().tolist(),
            "plain": {
                "multiLabel": multi_label(ones),
                "regression": regression([0, 1], ones),
                "one": regression([0], ones),
                "temperature": temperature(ones),
                "calibration": calibration(ones),
            },
            "weighted": {
                "multiLabel": multi_label(weights),
                "regression": regression([0, 1], weights),
                "one": regression([0], weights),
                "temperature": temperature(weights),
                "calibration": calibration(weights),
            },
        },
        separators=(",", ":"),
    )
)
