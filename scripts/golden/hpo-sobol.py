"""Golden Sobol points of scipy (1.10.1) without scrambling, in some of the dimensions the sampler has.

/usr/bin/python3 scripts/golden/hpo-sobol.py > packages/hpo/src/samplers/quasi/golden/sobol.json
"""

import json

import numpy as np
import scipy
from scipy.stats import qmc

DIMENSIONS, POINTS = 128, 512
points = qmc.Sobol(DIMENSIONS, scramble=False).random(POINTS)
chosen = [0, 1, 2, 3, 7, 20, 63, 127]
print(
    json.dumps(
        {
            "command": "/usr/bin/python3 scripts/golden/hpo-sobol.py",
            "scipy": scipy.__version__,
            "dimensions": chosen,
            # Every point of the first 32 whole, then every 37th.
            "points": [
                {"number": i, "values": points[i, chosen].tolist()}
                for i in [*range(32), *range(32, POINTS, 37), POINTS - 1]
            ],
            # Of all dimensions: one number stands for each.
            "means": np.round(points.mean(axis=0), 12).tolist(),
        },
        separators=(",", ":"),
    )
)
