"""Optuna's samplers on the functions of hpo-samplers.ts: one JSON object on standard output.

/usr/bin/python3 peers/hpo-samplers.py best SAMPLER FUNCTION SEEDS GRID   the best values of each seed
/usr/bin/python3 peers/hpo-samplers.py overhead SAMPLER TRIALS GRID       ms a suggestion after so many trials
"""

import json
import sys
import time
import warnings

import hpo_functions as functions
import optuna

warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
BUDGETS = (25, 50, 100, 200)

SAMPLERS = {
    "tpe": lambda seed: optuna.samplers.TPESampler(seed=seed),
    "tpe-multivariate": lambda seed: optuna.samplers.TPESampler(seed=seed, multivariate=True, group=True),
    "cma-es": lambda seed: optuna.samplers.CmaEsSampler(seed=seed, warn_independent_sampling=False),
    "cma-es-ipop": lambda seed: optuna.samplers.CmaEsSampler(
        seed=seed, restart_strategy="ipop", warn_independent_sampling=False
    ),
    "random": lambda seed: optuna.samplers.RandomSampler(seed=seed),
}


def best_values(sampler, objective, seed):
    study = optuna.create_study(sampler=SAMPLERS[sampler](seed))
    best, told = float("inf"), []
    for number in range(1, BUDGETS[-1] + 1):
        trial = study.ask()
        value = objective(trial)
        study.tell(trial, value)
        best = min(best, value)
        if number in BUDGETS:
            told.append(best)
    return told


def overhead(sampler, objective, trials):
    """Seeded by random trials, except for samplers that keep their state in their own trials."""
    filler = sampler if sampler.startswith("cma") else "random"
    study = optuna.create_study(sampler=SAMPLERS[filler](0))
    study.optimize(objective, n_trials=trials)
    study.sampler = SAMPLERS[sampler](0)
    times = []
    for _ in range(100):
        start = time.perf_counter()
        trial = study.ask()
        value = objective(trial)
        times.append(1000 * (time.perf_counter() - start))
        study.tell(trial, value)
    return times


kind, sampler = sys.argv[1:3]
if kind == "best":
    name, seeds, grid = sys.argv[3], int(sys.argv[4]), sys.argv[5]
    rows = [best_values(sampler, functions.objective(name, seed, grid), seed) for seed in range(seeds)]
    print(json.dumps({"best": rows}))
else:
    times = overhead(sampler, functions.objective("ackley", 0, sys.argv[4]), int(sys.argv[3]))
    print(json.dumps({"ms": times}))
