"""The functions of lib/search-functions.ts as Optuna's objectives; all are minimised."""

import csv
import math
from collections import defaultdict

RATES = ["0.000005", "0.000010", "0.000020", "0.000050"]


def branin(trial):
    x, y = trial.suggest_float("x", -5, 10), trial.suggest_float("y", 0, 15)
    b, c, t = 5.1 / (4 * math.pi**2), 5 / math.pi, 1 / (8 * math.pi)
    return (y - b * x**2 + c * x - 6) ** 2 + 10 * (1 - t) * math.cos(x) + 10


ALPHA = [1.0, 1.2, 3.0, 3.2]
A = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
P = [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
]


def hartmann(trial):
    x = [trial.suggest_float(f"x{i}", 0, 1) for i in range(6)]
    inner = (sum(a * (v - p) ** 2 for a, v, p in zip(A[i], x, P[i])) for i in range(4))
    return -sum(alpha * math.exp(-each) for alpha, each in zip(ALPHA, inner))


def rosenbrock(trial):
    x = [trial.suggest_float(f"x{i}", -5, 10) for i in range(5)]
    return sum(100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(4))


def ackley(trial):
    x = [trial.suggest_float(f"x{i}", -5, 10) for i in range(10)]
    root = math.sqrt(sum(v * v for v in x) / 10)
    waves = sum(math.cos(2 * math.pi * v) for v in x) / 10
    return -20 * math.exp(-0.2 * root) - math.exp(waves) + 20 + math.e


def mixed(trial):
    rate = math.log10(trial.suggest_float("lr", 1e-5, 1, log=True))
    batch = math.log2(trial.suggest_categorical("batch", [16, 32, 64, 128]) / 32)
    layers = trial.suggest_int("layers", 1, 4)
    loss = 0.05 * (layers - 3) ** 2
    if layers > 1:
        loss += 0.5 * (trial.suggest_float("dropout", 0, 0.5) - 0.1 * layers) ** 2
    if trial.suggest_categorical("optimizer", ["sgd", "adamw", "lamb"]) == "sgd":
        momentum = trial.suggest_float("momentum", 0, 0.99)
        return loss + 0.2 + 0.3 * (rate + 1.5 + 2 * (momentum - 0.9)) ** 2 + 1.5 * (momentum - 0.9) ** 2
    if trial.params["optimizer"] == "adamw":
        decay = math.log10(trial.suggest_float("decay", 1e-4, 1, log=True))
        return loss + 0.1 + 0.25 * (rate + 3 - 0.3 * batch) ** 2 + 0.05 * (decay + 2) ** 2
    return loss + 0.25 + 0.25 * (rate + 2.5 - 0.3 * batch) ** 2


def fine_tuning(seed, grid):
    """The surface of one task of the table, one task a seed: how far the mean validation F1 is from its best."""
    cells = defaultdict(lambda: defaultdict(list))
    with open(grid) as file:
        for row in csv.DictReader(file):
            cells[row["task"]][(row["model"], row["lr"], int(row["epochs"]))].append(float(row["val_f1"]))
    tasks = sorted(cells)
    surface = {key: sum(scores) / len(scores) for key, scores in cells[tasks[seed % len(tasks)]].items()}
    best, models = max(surface.values()), sorted({key[0] for key in surface})

    def objective(trial):
        model = trial.suggest_categorical("model", models)
        rate = trial.suggest_categorical("lr", RATES)
        return best - surface[(model, rate, trial.suggest_int("epochs", 2, 5))]

    return objective


def objective(name, seed, grid):
    if name == "fine-tuning":
        return fine_tuning(seed, grid)
    return {"branin": branin, "hartmann": hartmann, "rosenbrock": rosenbrock, "ackley": ackley, "mixed": mixed}[name]
