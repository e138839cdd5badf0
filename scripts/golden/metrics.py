"""Golden metrics of scikit-learn.

/usr/bin/python3 scripts/golden/metrics.py > packages/core/src/golden/metrics.json
"""

import json

import sklearn
from formula import rounded, values
from sklearn import metrics

N, C = 40, 5
scores = values("scores", (N, C), 0, 1)
labels = (values("labels", (N,), 0, 4).floor()).long().tolist()
weight = values("weight", (N,), 0, 2)
weight[::7] = 0
predicted = scores.argmax(1).tolist()


def results(weights):
    classes = list(range(C))
    present = [c for c in classes if any(w for l, p, w in zip(labels, predicted, weights) if c in (l, p))]
    return {
        "accuracy": metrics.accuracy_score(labels, predicted, sample_weight=weights),
        "top3": metrics.top_k_accuracy_score(labels, scores.numpy(), k=3, labels=classes, sample_weight=weights),
        "macroF1": metrics.f1_score(labels, predicted, labels=present, average="macro", sample_weight=weights),
        "confusion": metrics.confusion_matrix(labels, predicted, labels=classes, sample_weight=weights).tolist(),
    }


print(
    json.dumps(
        {
            "command": "/usr/bin/python3 scripts/golden/metrics.py",
            "sklearn": sklearn.__version__,
            "numClasses": C,
            "labels": labels,
            "weight": rounded(weight),
            "plain": results([1.0] * N),
            "weighted": results(weight.double().tolist()),
        },
        separators=(",", ":"),
    )
)
