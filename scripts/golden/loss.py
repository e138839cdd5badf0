"""Golden losses and gradients of PyTorch's functional losses, in float64.

/usr/bin/python3 scripts/golden/loss.py > packages/core/src/loss/golden/loss.json
"""

import json

import torch
import torch.nn.functional as F
from formula import rounded, values

B, C = 5, 4
LABELS = [0, 3, 1, 1, 2]
CASES = []


def case(name, loss, run, **options):
    logits = values("logits", (B, C), -2, 2).double().requires_grad_(True)
    value = run(logits)
    value.backward()
    CASES.append(
        {"name": name, "loss": loss, "options": options, "value": value.item(), "gradient": rounded(logits.grad)}
    )


labels = torch.tensor(LABELS)
soft = torch.softmax(values("soft", (B, C)).double(), -1)
class_weight = values("classWeight", (C,), 0.5, 2).double()
sample_weight = values("sampleWeight", (B,), 0, 2).double()
sample_weight[2] = 0


def weighted(per_sample, weight):
    return (per_sample * weight).sum() / weight.sum()


for smoothing in (0.0, 0.1):
    for classes in (None, class_weight):
        options = {"labelSmoothing": smoothing, "classWeight": classes is not None}
        tag = f"smoothing {smoothing}{' class weights' if classes is not None else ''}"
        case(f"labels {tag}", "labels", lambda x: F.cross_entropy(x, labels, classes, label_smoothing=smoothing), **options)
        case(f"soft {tag}", "soft", lambda x: F.cross_entropy(x, soft, classes, label_smoothing=smoothing), **options)

        def hard(x):
            each = F.cross_entropy(x, labels, classes, reduction="none", label_smoothing=smoothing)
            drawn = classes[labels] if classes is not None else torch.ones(B).double()
            return (each * sample_weight).sum() / (drawn * sample_weight).sum()

        case(f"labels sample weights {tag}", "labels", hard, sampleWeight=True, **options)
        case(
            f"soft sample weights {tag}",
            "soft",
            lambda x: weighted(
                F.cross_entropy(x, soft, classes, reduction="none", label_smoothing=smoothing), sample_weight
            ),
            sampleWeight=True,
            **options,
        )

# A sample of weight 0 is as good as absent.
kept = [0, 1, 3, 4]
case(
    "absent sample",
    "labels",
    lambda x: F.cross_entropy(x[kept], labels[kept], class_weight, label_smoothing=0.1),
    labelSmoothing=0.1,
    classWeight=True,
    mask=[1, 1, 0, 1, 1],
)

targets = values("targets", (B, C)).double()
case("mse", "mse", lambda x: F.mse_loss(x, targets))
case("mse sample weights", "mse", lambda x: weighted(((x - targets) ** 2).mean(-1), sample_weight), sampleWeight=True)

teacher = values("teacher", (B, C), -3, 3).double()
for temperature in (1, 4):

    def distill(x):
        student = F.log_softmax(x / temperature, -1)
        return F.kl_div(student, F.log_softmax(teacher / temperature, -1), reduction="batchmean", log_target=True) * temperature**2

    case(f"distillation {temperature}", "distillation", distill, temperature=temperature)

print(
    json.dumps(
        {
            "command": "/usr/bin/python3 scripts/golden/loss.py",
            "torch": torch.__version__,
            "labels": LABELS,
            "soft": rounded(soft),
            "sampleWeight": rounded(sample_weight),
            "cases": CASES,
        },
        separators=(",", ":"),
    )
)
