"""Golden values of running means of weights, of decay towards the start, and of the rate on a plateau.

Debian's torch 1.13.1. The running mean is torch.optim.swa_utils.AveragedModel with the decay of timm's
ModelEmaV3 (timm.utils.model_ema, get_decay with use_warmup: gamma 1, power 2/3).

/usr/bin/python3 scripts/golden/optim-craft.py > packages/core/src/optim/golden/craft.json
"""

import json

import torch
from torch.optim import lr_scheduler
from torch.optim.swa_utils import AveragedModel

STEPS = 12


def start():
    torch.manual_seed(11)
    weight = torch.randn(2, 3)
    return weight, [torch.randn(2, 3) for _ in range(STEPS)]


class Weight(torch.nn.Module):
    def __init__(self, weight):
        super().__init__()
        self.weight = torch.nn.Parameter(weight.clone())


def sgd(parameter):
    return torch.optim.SGD([parameter], lr=0.1, momentum=0.9)


def adamw(parameter):
    return torch.optim.AdamW([parameter], lr=0.01, weight_decay=0)


def constant(_, decay):
    return decay


def timm_warm_up(step, decay):
    """`step` is timm's: updates made, this one included."""
    step = max(0, step - 1)
    return 0.0 if step <= 0 else max(min(1 - (1 + step / 1.0) ** -(2 / 3), decay), 0.0)


def ema(make, decay, decay_at):
    weight, grads = start()
    model = Weight(weight)
    optimizer = make(model.weight)
    step = 0

    def mean(averaged, parameter, _):
        keep = decay_at(step, decay)
        return keep * averaged + (1 - keep) * parameter

    averaged = AveragedModel(model, avg_fn=mean)
    # The mean starts as the weights before the first update, as timm's copy of the model does.
    averaged.n_averaged += 1
    after = []
    for step, grad in enumerate(grads, 1):
        model.weight.grad = grad.clone()
        optimizer.step()
        averaged.update_parameters(model)
        after.append(averaged.module.weight.detach().flatten().tolist())
    return after


def sp_sgd(strength):
    """The penalty strength / 2 * |w - w0|^2 is part of the loss (arXiv 1802.01483, eq. 2)."""
    weight, grads = start()
    parameter = torch.nn.Parameter(weight.clone())
    optimizer = sgd(parameter)
    after = []
    for grad in grads:
        optimizer.zero_grad()
        loss = (parameter * grad).sum() + strength / 2 * (parameter - weight).square().sum()
        loss.backward()
        optimizer.step()
        after.append(parameter.detach().flatten().tolist())
    return after


def sp_adamw(strength):
    """The penalty is decoupled, as AdamW's decay is: before the update, rate * strength * (w - w0) is taken off."""
    weight, grads = start()
    parameter = torch.nn.Parameter(weight.clone())
    optimizer = adamw(parameter)
    after = []
    for grad in grads:
        with torch.no_grad():
            parameter -= 0.01 * strength * (parameter - weight)
        parameter.grad = grad.clone()
        optimizer.step()
        after.append(parameter.detach().flatten().tolist())
    return after


VALUES = [1.0, 0.9, 0.95, 0.9, 0.91, 0.85, 0.86, 0.87, float("nan"), 0.8501, 0.8499, 0.84, 0.84, 0.9, 0.9, 0.9, 0.9, 0.7, 0.7, 0.7, 0.7, 0.7]


def plateau(values, **options):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule = lr_scheduler.ReduceLROnPlateau(optimizer, **options)
    rates = []
    for value in values:
        schedule.step(value)
        rates.append(optimizer.param_groups[0]["lr"])
    return rates


weight, grads = start()
rising = [2 - value for value in VALUES]
print(
    json.dumps(
        {
            "command": "/usr/bin/python3 scripts/golden/optim-craft.py > packages/core/src/optim/golden/craft.json",
            "torch": torch.__version__,
            "weight": weight.flatten().tolist(),
            "grads": [grad.flatten().tolist() for grad in grads],
            "ema": {
                "sgd": ema(sgd, 0.9, constant),
                "adamw": ema(adamw, 0.7, constant),
                "warm-up": ema(sgd, 0.7, timm_warm_up),
            },
            "start": {"sgd": sp_sgd(0.3), "adamw": sp_adamw(5.0)},
            "values": [None if value != value else value for value in VALUES],
            "plateau": {
                "patience": plateau(VALUES, patience=1),
                "options": plateau(VALUES, factor=0.5, patience=2, threshold=0.05, cooldown=2, min_lr=0.2),
                "absolute": plateau(rising, mode="max", patience=1, threshold=0.02, threshold_mode="abs"),
            },
        },
        indent=1,
    )
)
