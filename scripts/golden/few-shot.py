"""Golden nearest centroids of scikit-learn (1.2.1).

/usr/bin/python3 scripts/golden/few-shot.py > packages/core/src/few-shot/golden/few-shot.json
"""

import json

import numpy as np
import sklearn
from formula import values
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
            "predicted": centroid.predict(queries).tolist(),
        },
        separators=(",", ":"),
    )
)
