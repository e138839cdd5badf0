"""Golden losses and gradients of PyTorch's functional losses, in float64.

/usr/bin/python3 scripts/golden/loss.py > packages/core/src/loss/golden/loss.json
"""

import json

import torch
import torch.nn.functional as F
from formula import rounded, values
from torchvision.ops import sigmoid_focal_loss

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

# Several labels a sample: hard ones for focal loss, soft ones for the rest.
hard = (values("hard", (B, C), 0, 1) < 0.4).double()
chance = values("chance", (B, C), 0, 1).double()
positive = values("positiveWeight", (C,), 0.5, 4).double()
bce = F.binary_cross_entropy_with_logits
case("binary", "binary", lambda x: bce(x, chance))
for tag, kwargs in (("positive", {"pos_weight": positive}), ("label", {"weight": class_weight})):
    case(f"binary {tag} weights", "binary", lambda x: bce(x, chance, **kwargs), **{tag: True})
case(
    "binary all weights",
    "binary",
    lambda x: weighted(
        bce(x, chance, pos_weight=positive, weight=class_weight, reduction="none").mean(-1), sample_weight
    ),
    positive=True,
    label=True,
    sampleWeight=True,
)
for gamma, alpha in ((2, 0.25), (1.5, -1)):
    focal = lambda x, reduction: sigmoid_focal_loss(x, hard, alpha, gamma, reduction)
    case(f"focal {gamma} {alpha}", "focal", lambda x: focal(x, "mean"), gamma=gamma, alpha=alpha)
    case(
        f"focal {gamma} {alpha} sample weights",
        "focal",
        lambda x: weighted(focal(x, "none").mean(-1), sample_weight),
        gamma=gamma,
        alpha=alpha,
        sampleWeight=True,
    )

for size in (1.0, 0.5):
    case(f"huber {size}", "huber", lambda x: F.huber_loss(x, targets, delta=size), size=size)
    case(f"smooth L1 {size}", "smoothL1", lambda x: F.smooth_l1_loss(x, targets, beta=size), size=size)
case(
    "huber sample weights",
    "huber",
    lambda x: weighted(F.huber_loss(x, targets, delta=0.5, reduction="none").mean(-1), sample_weight),
    size=0.5,
    sampleWeight=True,
)

# Pairs of rows; the gradient is the first row's.
other = values("other", (B, C)).double()
alike = torch.tensor([1, 0, 1, 0, 1]).double()
cosine = lambda x: (F.cosine_similarity(x, other) - alike) ** 2
case("cosine", "cosine", lambda x: cosine(x).mean())
case("cosine sample weights", "cosine", lambda x: weighted(cosine(x), sample_weight), sampleWeight=True)

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
