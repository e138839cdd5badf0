"""Golden decisions of Optuna's pruners (3.1.0) on trials that run one after the other.

/usr/bin/python3 scripts/golden/hpo-pruners.py > packages/hpo/src/pruners/golden/pruners.json
"""

import json
import math
import warnings

import numpy as np
import optuna
from optuna.pruners import MedianPruner, PatientPruner, PercentilePruner, SuccessiveHalvingPruner, ThresholdPruner

warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)

TRIALS, STEPS = 40, 27
random = np.random.default_rng(7)
# Curves that fall to a floor, with noise and a few ties; the steps of some trials have gaps.
floors = random.choice([0.1, 0.2, 0.3, 0.5, 0.8], TRIALS)
rates = random.uniform(0.05, 0.5, TRIALS)
curves = [
    [
        [step, round(float(floors[t] + math.exp(-rates[t] * step) + random.normal(0, 0.03)), 2)]
        for step in range(1, STEPS + 1)
        if t % 3 or step % 4 != 2
    ]
    for t in range(TRIALS)
]

PRUNERS = {
    "median": lambda: MedianPruner(),
    "median-paced": lambda: MedianPruner(n_startup_trials=3, n_warmup_steps=4, interval_steps=5, n_min_trials=4),
    "percentile-25": lambda: PercentilePruner(25.0),
    "percentile-80": lambda: PercentilePruner(80.0, n_startup_trials=2),
    "halving": lambda: SuccessiveHalvingPruner(min_resource=1),
    "halving-3-skip-1": lambda: SuccessiveHalvingPruner(min_resource=2, reduction_factor=3, min_early_stopping_rate=1),
    "halving-bootstrap": lambda: SuccessiveHalvingPruner(min_resource=3, reduction_factor=2, bootstrap_count=4),
    "patience": lambda: PatientPruner(None, patience=3),
    "patience-delta": lambda: PatientPruner(None, patience=1, min_delta=0.02),
    "patience-median": lambda: PatientPruner(MedianPruner(), patience=2),
    "threshold": lambda: ThresholdPruner(lower=0.15, upper=1.1, n_warmup_steps=3, interval_steps=2),
}


def stops(make, direction):
    """The step each trial stops at; None: it is complete."""
    study = optuna.create_study(direction=direction, pruner=make())
    sign = 1 if direction == "minimize" else -1
    found = []
    for curve in curves:
        trial = study.ask({})
        stopped = None
        for step, value in curve:
            trial.report(value if isinstance(study.pruner, ThresholdPruner) else sign * value, step)
            if trial.should_prune():
                stopped = step
                break
        found.append(stopped)
        if stopped is None:
            study.tell(trial, sign * curve[-1][1])
        else:
            study.tell(trial, state=optuna.trial.TrialState.PRUNED)
    return found


print(
    json.dumps(
        {
            "command": "/usr/bin/python3 scripts/golden/hpo-pruners.py",
            "optuna": optuna.__version__,
            "curves": curves,
            "stops": {
                name: {direction: stops(make, direction) for direction in ("minimize", "maximize")}
                for name, make in PRUNERS.items()
            },
        },
        separators=(",", ":"),
    )
)
