"""Golden paired t-tests of SciPy.

/usr/bin/python3 scripts/golden/paired-t-test.py > packages/core/src/metrics/golden/paired-t-test.json
"""

import json

import scipy
from formula import values
from scipy import stats


def case(pairs, apart):
    a = [round(v, 2) for v in values(f"a{pairs}", (pairs,), 70, 90).tolist()]
    noise = values(f"noise{pairs}", (pairs,), -2, 2).tolist()
    b = [round(x + e - apart, 2) for x, e in zip(a, noise)]
    t, p = stats.ttest_rel(a, b)
    return {"a": a, "b": b, "t": t, "p": p}


print(
    json.dumps(
        {
            "command": "/usr/bin/python3 scripts/golden/paired-t-test.py",
            "scipy": scipy.__version__,
            "cases": [case(pairs, apart) for pairs, apart in ((2, 1), (3, 1), (4, -1), (5, 0), (10, 1), (11, 0.3), (50, 0.2))],
        },
        separators=(",", ":"),
    )
)
