"""Golden principal components of scikit-learn (1.2.1).

/usr/bin/python3 scripts/golden/principal-plane.py > apps/cli/src/adapt/golden/principal-plane.json
"""

import json

import numpy as np
import sklearn
from formula import values
from sklearn.decomposition import PCA


def floats(name, shape, low, high):
    return values(name, shape, low, high).numpy().astype(float)


# Two domains whose features go together, the second moved along some of them.
D = 7
mix = floats("mix", (D, D), -1, 1)
source = floats("source", (12, D), -1, 1) @ mix
target = floats("target", (9, D), -1, 1) @ mix + floats("apart", (1, D), 0, 2)
both = np.concatenate([source, target])
pca = PCA(n_components=2, svd_solver="full").fit(both)
# The largest loading of each component is positive.
signs = np.sign([axis[np.argmax(np.abs(axis))] for axis in pca.components_])

print(
    json.dumps(
        {
            "command": "/usr/bin/python3 scripts/golden/principal-plane.py",
            "sklearn": sklearn.__version__,
            "columns": D,
            "source": source.flatten().tolist(),
            "target": target.flatten().tolist(),
            "points": (pca.transform(both) * signs).tolist(),
            "shares": pca.explained_variance_ratio_.tolist(),
        },
        separators=(",", ":"),
    )
)
