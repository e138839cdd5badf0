"""Optuna's samplers on the problems of hpo-multi-objective.ts: the values of each trial as JSON.

/usr/bin/python3 peers/hpo-multi-objective.py SAMPLER PROBLEM SEEDS
"""

import json
import math
import sys
import warnings

import hpo_functions as functions
import optuna

warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
TRIALS = 200

SAMPLERS = {
    "tpe": lambda seed: optuna.samplers.TPESampler(seed=seed),
    "nsga2": lambda seed: optuna.samplers.NSGAIISampler(seed=seed),
    "nsga2-20": lambda seed: optuna.samplers.NSGAIISampler(seed=seed, population_size=20),
}


def zdt(shape):
    def values(trial):
        first, *others = [trial.suggest_float(f"x{at}", 0, 1) for at in range(6)]
        g = 1 + 9 * sum(others) / len(others)
        return first, g * shape(first / g)

    return values


def training(trial):
    loss = functions.mixed(trial)
    layers, batch, optimizer = (trial.params[name] for name in ("layers", "batch", "optimizer"))
    return loss, layers * (1 + 16 / batch) * {"sgd": 1, "adamw": 1.3, "lamb": 1.5}[optimizer]


PROBLEMS = {"zdt1": zdt(lambda part: 1 - math.sqrt(part)), "zdt2": zdt(lambda part: 1 - part**2), "training": training}


def run(sampler, problem, seed):
    study = optuna.create_study(directions=["minimize", "minimize"], sampler=SAMPLERS[sampler](seed))
    study.optimize(PROBLEMS[problem], n_trials=TRIALS)
    return [trial.values for trial in study.trials]


sampler, problem, seeds = sys.argv[1:4]
print(json.dumps([run(sampler, problem, seed) for seed in range(int(seeds))]))
