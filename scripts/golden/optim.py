"""Golden updates of torch.optim and values of torch's schedulers.

/usr/bin/python3 scripts/golden/optim.py > packages/core/src/optim/golden/optim.json
"""

import json
import warnings

import torch
from torch.optim import lr_scheduler

warnings.filterwarnings("ignore")
STEPS = 12


def start():
    torch.manual_seed(7)
    weight = torch.randn(2, 3)
    bias = torch.randn(3)
    grads = [(torch.randn(2, 3), torch.randn(3)) for _ in range(STEPS)]
    return weight, bias, grads


def updates(make):
    """The weights after each step; the bias has no decay and half the rate."""
    weight, bias, grads = start()
    weight, bias = torch.nn.Parameter(weight), torch.nn.Parameter(bias)
    optimizer = make(weight, bias)
    after = []
    for weight_grad, bias_grad in grads:
        weight.grad, bias.grad = weight_grad.clone(), bias_grad.clone()
        optimizer.step()
        after.append({"weight": weight.detach().flatten().tolist(), "bias": bias.detach().tolist()})
    return after


def sgd(**options):
    def make(weight, bias):
        return torch.optim.SGD(
            [{"params": [weight]}, {"params": [bias], "lr": 0.05, "weight_decay": 0}], lr=0.1, **options
        )

    return updates(make)


def adamw(**options):
    def make(weight, bias):
        return torch.optim.AdamW(
            [{"params": [weight]}, {"params": [bias], "lr": 0.005, "weight_decay": 0}], lr=0.01, **options
        )

    return updates(make)


def rates(make, steps=STEPS):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
    schedule = make(optimizer)
    values = []
    for step in range(steps):
        values.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if step + 1 < steps:
            schedule.step()
    return values


def warm_cosine(optimizer):
    up = lr_scheduler.LinearLR(optimizer, start_factor=1 / 5, end_factor=1, total_iters=4)
    down = lr_scheduler.CosineAnnealingLR(optimizer, T_max=8)
    return lr_scheduler.SequentialLR(optimizer, [up, down], milestones=[4])


weight, bias, grads = start()
golden = {
    "command": "/usr/bin/python3 scripts/golden/optim.py > packages/core/src/optim/golden/optim.json",
    "torch": torch.__version__,
    "weight": weight.flatten().tolist(),
    "bias": bias.tolist(),
    "grads": [{"weight": w.flatten().tolist(), "bias": b.tolist()} for w, b in grads],
    "updates": {
        "sgd": sgd(),
        "sgd-decay": sgd(weight_decay=0.1),
        "sgd-momentum": sgd(momentum=0.9, weight_decay=0.1),
        "sgd-nesterov": sgd(momentum=0.9, nesterov=True, weight_decay=0.1),
        "adamw": adamw(),
        "adamw-options": adamw(betas=(0.8, 0.95), eps=1e-6, weight_decay=0.2),
    },
    "rates": {
        "linear": rates(lambda o: lr_scheduler.LinearLR(o, start_factor=1, end_factor=0.2, total_iters=8)),
        "cosine": rates(lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=11, eta_min=0.01)),
        "one-cycle": rates(lambda o: lr_scheduler.OneCycleLR(o, max_lr=0.1, total_steps=STEPS)),
        "warm-cosine": rates(warm_cosine),
    },
}
print(json.dumps(golden, indent=1))
