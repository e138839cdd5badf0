"""Golden nearest centroids and logistic regressions of scikit-learn (1.2.1).

/usr/bin/python3 scripts/golden/few-shot.py > packages/core/src/few-shot/golden/few-shot.json
"""

import json

import numpy as np
import sklearn
from formula import values
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import NearestCentroid


def floats(name, shape, low, high):
    return values(name, shape, low, high).numpy().astype(float)


# A training set about three centres, two samples, eight and ten of them.
D = 6
classes = np.array([0] * 2 + [1] * 8 + [2] * 10)
centres = floats("centres", (3, D), -1, 1)
features = floats("features", (20, D), -1, 1) + centres[classes]
queries = floats("queries", (12, D), -1.5, 1.5)
centroid = NearestCentroid().fit(features, classes)


def logistic(strength):
    model = LogisticRegression(C=strength, solver="newton-cg", multi_class="multinomial", tol=1e-12, max_iter=10000)
    model.fit(features, classes)
    return {
        "strength": strength,
        "weight": model.coef_.flatten().tolist(),
        # Only their differences matter.
        "bias": (model.intercept_ - model.intercept_.mean()).tolist(),
    }


print(
    json.dumps(
        {
            "command": "/usr/bin/python3 scripts/golden/few-shot.py",
            "sklearn": sklearn.__version__,
            "dimensions": D,
            "labels": classes.tolist(),
            "features": features.flatten().tolist(),
            "queries": queries.flatten().tolist(),
            "centroids": centroid.centroids_.flatten().tolist(),
            "logistic": [logistic(strength) for strength in (1, 100)],
            "predicted": centroid.predict(queries).tolist(),
        },
        separators=(",", ":"),
    )
)
