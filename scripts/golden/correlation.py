"""Golden correlations of scikit-learn and SciPy.

/usr/bin/python3 scripts/golden/correlation.py > packages/core/src/metrics/golden/correlation.json
"""

import json

import scipy
import sklearn
from formula import values
from scipy import stats
from sklearn import metrics

N = 60
a = [round(v, 1) for v in values("a", (N,), -3, 3).tolist()]
noise = values("noise", (N,), -2, 2).tolist()
b = [round(x * x / 2 - x + e, 1) for x, e in zip(a, noise)]


def case(classes):
    true = values(f"true{classes}", (N,), 0, classes - 0.01).floor().int().tolist()
    wrong = values(f"wrong{classes}", (N,), 0, 1).tolist()
    other = values(f"other{classes}", (N,), 0, classes - 0.01).floor().int().tolist()
    predicted = [o if w < 0.4 else t for t, w, o in zip(true, wrong, other)]
    labels = list(range(classes))
    return {
        "matrix": metrics.confusion_matrix(true, predicted, labels=labels).tolist(),
        "matthews": metrics.matthews_corrcoef(true, predicted),
    }


print(
    json.dumps(
        {
            "command": "/usr/bin/python3 scripts/golden/correlation.py",
            "sklearn": sklearn.__version__,
            "scipy": scipy.__version__,
            "a": a,
            "b": b,
            "pearson": stats.pearsonr(a, b)[0],
            "spearman": stats.spearmanr(a, b)[0],
            "matthews": [case(2), case(5)],
        },
        separators=(",", ":"),
    )
)
