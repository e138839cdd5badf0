"""Golden divisions and class weights of scikit-learn (1.2.1).

/usr/bin/python3 scripts/golden/splits.py > packages/core/src/data/golden/splits.json
"""

import json

import numpy as np
import sklearn
from formula import values
from sklearn.model_selection import LeavePGroupsOut, StratifiedGroupKFold, StratifiedKFold
from sklearn.utils.class_weight import compute_class_weight

N, FOLDS, GROUPS = 203, 5, 60
# Squared, so that classes and groups are of uneven sizes.
labels = np.floor(values("labels", (N,), 0, 1).numpy().astype(float) ** 2 * 4).astype(int)
groups = np.floor(values("groups", (N,), 0, 1).numpy().astype(float) ** 2 * GROUPS).astype(int)
zeros = np.zeros(N)


def counts(indices):
    return np.bincount(labels[indices], minlength=4).tolist()


stratified = [counts(val) for _, val in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(zeros, labels)]
grouped = [counts(val) for _, val in StratifiedGroupKFold(FOLDS).split(zeros, labels, groups)]
few = [0, 2, 1, 1, 0, 2, 3, 3, 1]
out = [val.tolist() for _, val in LeavePGroupsOut(2).split(np.zeros(len(few)), groups=few)]

print(
    json.dumps(
        {
            "command": "/usr/bin/python3 scripts/golden/splits.py",
            "sklearn": sklearn.__version__,
            "labels": labels.tolist(),
            "groups": groups.tolist(),
            "folds": FOLDS,
            "stratified": stratified,
            "grouped": grouped,
            "fewGroups": few,
            "leaveTwoGroupsOut": out,
            "classWeights": compute_class_weight("balanced", classes=np.arange(4), y=labels).tolist(),
        },
        separators=(",", ":"),
    )
)
