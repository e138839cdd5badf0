"""Golden pseudo-labels, statistics of batch norm on a new domain, and steps of a mean teacher, in float64.

/usr/bin/python3 scripts/golden/deep-adaptation.py > packages/domain-adapt/src/deep/golden/deep-adaptation.json
"""

import json

import numpy as np
import torch
import torch.nn.functional as F
from formula import rounded, values

# Class-balanced selection: sort each class's probabilities, read exp(-k_c) off at the portion.
N, C = 40, 3
scores = values("pseudo", (N, C), -2, 2).double() + torch.tensor([1.0, 0.0, -0.5]).double()
probabilities = F.softmax(scores, 1).numpy()


def selected(portion, threshold=0.0, balanced=True):
    predicted, confidence = probabilities.argmax(1), probabilities.max(1)

    def cut(values):
        if len(values) == 0:
            return 1.0
        place = int(np.floor(portion * len(values) + 0.5))
        return np.sort(values)[::-1][place] if place < len(values) else 1e-12

    cuts = [cut(confidence[predicted == c] if balanced else confidence) for c in range(C)]
    indices, labels = [], []
    for i, row in enumerate(probabilities):
        label = int(np.argmax(row / cuts))
        if row[label] > cuts[label] and row[label] >= threshold:
            indices.append(i)
            labels.append(label)
    return {"portion": portion, "threshold": threshold, "balanced": balanced, "indices": indices, "labels": labels, "thresholds": cuts}


# Two batch norms with a linear layer between, all samples in one batch: momentum 1 leaves its statistics.
SAMPLES, WIDTH, HIDDEN = 12, 3, 4
first, second = torch.nn.BatchNorm1d(WIDTH, momentum=1.0).double(), torch.nn.BatchNorm1d(HIDDEN, momentum=1.0).double()
with torch.no_grad():
    for name, norm, width in (("norm1", first, WIDTH), ("norm2", second, HIDDEN)):
        norm.weight.copy_(values(f"{name}.weight", (width,), 0.5, 1.5))
        norm.bias.copy_(values(f"{name}.bias", (width,)))
    x = first(values("adabn", (SAMPLES, WIDTH), -1, 3).double())
    second(F.linear(x, values("middle.weight", (HIDDEN, WIDTH)).double(), values("middle.bias", (HIDDEN,)).double()))
statistics = {
    f"{name}.{key}": rounded(getattr(norm, key)) for name, norm in (("norm1", first), ("norm2", second)) for key in ("running_mean", "running_var")
}

# Three steps of plain gradient descent; the teacher follows what the student was before each, at first faster.
B, D, H, DECAY, WEIGHT, RATE, THRESHOLD = 4, 3, 5, 0.8, 2.0, 0.5, 0.4
shapes = {"body.weight": (H, D), "body.bias": (H,), "head.weight": (C, H), "head.bias": (C,)}
student = {name: values(name, shape).double().requires_grad_(True) for name, shape in shapes.items()}
teacher = {name: x.detach().clone() for name, x in student.items()}
batch = {name: values(name, (B, D)).double() for name in ("source", "target", "view")}
labels = torch.tensor([0, 1, 2, 1])


def network(p, x):
    return F.linear(torch.relu(F.linear(x, p["body.weight"], p["body.bias"])), p["head.weight"], p["head.bias"])


losses = []
for step, ramp in enumerate((0.25, 0.5, 1.0), 1):
    p = F.softmax(network(teacher, batch["view"]), 1)
    each = ((F.softmax(network(student, batch["target"]), 1) - p) ** 2).mean(1)
    consistency = (each * (p.max(1).values > THRESHOLD)).mean()
    loss = F.cross_entropy(network(student, batch["source"]), labels) + WEIGHT * ramp * consistency
    losses.append(loss.item())
    gradients = torch.autograd.grad(loss, list(student.values()))
    before = {name: x.detach().clone() for name, x in student.items()}
    with torch.no_grad():
        for x, gradient in zip(student.values(), gradients):
            x -= RATE * gradient
    share = min(DECAY, 1 - 1 / (step + 1))
    teacher = {name: share * teacher[name] + (1 - share) * before[name] for name in teacher}

print(
    json.dumps(
        {
            "command": "/usr/bin/python3 scripts/golden/deep-adaptation.py",
            "torch": torch.__version__,
            "probabilities": rounded(torch.tensor(probabilities), 12),
            "classes": C,
            "selections": [
                selected(0.2),
                selected(0.5),
                selected(1.0),
                selected(0.5, 0.7),
                selected(0.3, balanced=False),
            ],
            "statistics": statistics,
            "teacher": {
                "losses": losses,
                "student": {name: rounded(x) for name, x in student.items()},
                "teacher": {name: rounded(x) for name, x in teacher.items()},
            },
        },
        separators=(",", ":"),
    )
)
