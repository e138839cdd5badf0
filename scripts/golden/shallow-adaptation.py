"""Golden domain adaptation in closed form (numpy, scipy, scikit-learn 1.2.1).

/usr/bin/python3 scripts/golden/shallow-adaptation.py > packages/domain-adapt/src/align/golden/shallow-adaptation.json
"""

import json
import pathlib
import sys

import numpy as np
from formula import values

sys.path.append(str(pathlib.Path(__file__).parent.parent / "reference"))
import shallow_adaptation as reference  # noqa: E402

N, M, D, DIMENSIONS = 24, 18, 5, 3


def floats(name, shape, low, high):
    return values(name, shape, low, high).numpy().astype(float)


# Three classes about centres; the target is turned, wider and elsewhere.
centres = floats("centres", (3, D), -2, 2)
source_labels, target_labels = np.arange(N) % 3, np.arange(M) % 3
source = floats("source", (N, D), -1, 1) + centres[source_labels]
turn = np.eye(D) + floats("turn", (D, D), -0.3, 0.3)
target = (floats("target", (M, D), -1.5, 1.5) + centres[target_labels]) @ turn + 0.5
# What TypeScript reads are these float32 numbers.
source, target = source.astype(np.float32).astype(float), target.astype(np.float32).astype(float)


def told(pair):
    return [rounded_list(each) for each in pair]


def rounded_list(array):
    return [float(f"{value:.9g}") for value in np.asarray(array).flatten()]


kmm, kmm_value = reference.kernel_mean_matching(source, target, width=2.0)
kliep, kliep_value = reference.kliep(source, target, target, width=2.0)
few = slice(0, 6)
print(
    json.dumps(
        {
            "command": "/usr/bin/python3 scripts/golden/shallow-adaptation.py",
            "shape": [N, M, D],
            "source": rounded_list(source),
            "target": rounded_list(target),
            "sourceLabels": source_labels.tolist(),
            "targetLabels": target_labels.tolist(),
            "dimensions": DIMENSIONS,
            "coral": told(reference.coral(source, target)),
            "subspace": told(reference.subspace(source, target, DIMENSIONS)),
            "tca": told(reference.tca(source, target, DIMENSIONS)),
            "gaussianTca": told(reference.tca(source, target, DIMENSIONS, ridge=0.1, width=2.0)),
            "linearTransport": told(reference.linear_transport(source, target, ridge=0.1)),
            "sinkhorn": told(reference.sinkhorn(source, target, entropy=0.05)),
            "groupedSinkhorn": told(reference.sinkhorn(source, target, source_labels, entropy=0.05)),
            "kernelMeanMatching": {"weights": rounded_list(kmm), "value": float(kmm_value)},
            "kliep": {"weights": rounded_list(kliep), "value": float(kliep_value)},
            "discriminator": rounded_list(reference.discriminator(source, target)),
            "tradaboost": reference.tradaboost(
                source, source_labels, target[few], target_labels[few], target
            ).tolist(),
            "nearest": reference.nearest(source, source_labels, target).tolist(),
        },
        separators=(",", ":"),
    )
)
