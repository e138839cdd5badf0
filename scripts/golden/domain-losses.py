"""Golden losses of domain adaptation and their gradients, from the papers' equations, in torch's float64.

/usr/bin/python3 scripts/golden/domain-losses.py > packages/domain-adapt/src/losses/golden/domain-losses.json
"""

import json

import torch
import torch.nn.functional as F
from formula import rounded, values

N, M, D, C = 6, 4, 5, 3
CASES = []


def leaf(name, shape, low=-1, high=1):
    return values(name, shape, low, high).double().requires_grad_(True)


def case(name, run, sizes=(N, M), **options):
    n, m = sizes
    inputs = {
        "source": leaf("source", (n, D)),
        "target": leaf("target", (m, D), -0.5, 1.5),
        "sourceLogits": leaf("sourceLogits", (n, C), -2, 2),
        "targetLogits": leaf("targetLogits", (m, C), -2, 2),
    }
    value = run(**inputs)
    value.backward()
    gradients = {key: rounded(x.grad) for key, x in inputs.items() if x.grad is not None}
    CASES.append({"name": name, "sizes": list(sizes), "options": options, "value": value.item(), "gradients": gradients})


# Deep CORAL: covariances by the paper's eqs. 2 and 3, with a row of ones.
def covariance(x):
    n = x.shape[0]
    ones = torch.ones(1, n).double()
    return (x.T @ x - (ones @ x).T @ (ones @ x) / n) / (n - 1)


def coral(source, target, **_):
    return ((covariance(source) - covariance(target)) ** 2).sum() / (4 * D**2)


# Kernels pair by pair.
def kernel(a, b, gamma, multipliers):
    squares = ((a[:, None, :] - b[None, :, :]) ** 2).sum(-1)
    return sum(torch.exp(-squares / (gamma * each)) for each in multipliers) / len(multipliers)


def mean_square(a, b):
    rows = torch.cat([a, b]).detach()
    squares = [((x - y) ** 2).sum() for i, x in enumerate(rows) for j, y in enumerate(rows) if i != j]
    return sum(squares) / len(squares)


ALL = (0.25, 0.5, 1, 2, 4)


def blocks(source, target, width="mean", multipliers=ALL):
    gamma = mean_square(source, target) if width == "mean" else width
    return [kernel(a, b, gamma, multipliers) for a, b in ((source, source), (target, target), (source, target))]


def estimated(ss, tt, st, estimate):
    n, m = st.shape
    if estimate == "biased":
        return ss.mean() + tt.mean() - 2 * st.mean()
    if estimate == "unbiased":
        own = lambda k: (k.sum() - k.diagonal().sum()) / (len(k) * (len(k) - 1))
        return own(ss) + own(tt) - 2 * st.mean()
    pairs = [(2 * i, 2 * i + 1) for i in range(n // 2)]
    return sum(ss[a, b] + tt[a, b] - st[a, b] - st[b, a] for a, b in pairs) / len(pairs)


def mmd(estimate="biased", **options):
    return lambda source, target, **_: estimated(*blocks(source, target, **options), estimate)


def joint(estimate="biased"):
    def run(source, target, sourceLogits, targetLogits):
        features = blocks(source, target)
        classes = blocks(F.softmax(sourceLogits, 1), F.softmax(targetLogits, 1), 1.68, (1,))
        return estimated(*(f * g for f, g in zip(features, classes)), estimate)

    return run


def entropy_of(p):
    return -(p * p.log()).sum(1)


sample_weight = values("sampleWeight", (M,), 0, 2).double()


def entropy(targetLogits, **_):
    return entropy_of(F.softmax(targetLogits, 1)).mean()


def weighted_entropy(targetLogits, **_):
    return (entropy_of(F.softmax(targetLogits, 1)) * sample_weight).sum() / sample_weight.sum()


# MCC, class by class.
def mcc(temperature):
    def run(targetLogits, **_):
        y = F.softmax(targetLogits / temperature, 1)
        certain = 1 + torch.exp(-entropy_of(y.detach()))
        w = M * certain / certain.sum()
        total = 0
        for j in range(C):
            row = [(y[:, j] * w * y[:, k]).sum() for k in range(C)]
            total = total + sum(abs(row[k] / sum(row)) for k in range(C) if k != j)
        return total / C

    return run


# A discriminator of three layers, weights by formula.
class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, strength):
        ctx.strength = strength
        return x.view_as(x)

    @staticmethod
    def backward(ctx, dy):
        return -ctx.strength * dy, None


def discriminator(width, hidden=4):
    sizes = [width, hidden, hidden, 1]
    layers = [
        (values(f"discriminator.{i}.weight", (sizes[i + 1], sizes[i])).double(), values(f"discriminator.{i}.bias", (sizes[i + 1],)).double())
        for i in range(3)
    ]

    def run(x):
        for i, (weight, bias) in enumerate(layers):
            x = F.linear(x, weight, bias)
            x = torch.relu(x) if i < 2 else x
        return x

    return run


def adversary(judged_source, judged_target, source_weight=None, target_weight=None):
    bce = F.binary_cross_entropy_with_logits

    def mean(losses, weight):
        losses = losses.flatten()
        return losses.mean() if weight is None else (losses * weight).sum() / weight.sum()

    s = mean(bce(judged_source, torch.ones_like(judged_source), reduction="none"), source_weight)
    t = mean(bce(judged_target, torch.zeros_like(judged_target), reduction="none"), target_weight)
    return s + t


def dann(strength):
    def run(source, target, **_):
        judge = discriminator(D)
        return adversary(judge(Reverse.apply(source, strength)), judge(Reverse.apply(target, strength)))

    return run


def domain(source, target, **_):
    judge = discriminator(D)
    return adversary(judge(source), judge(target))


def cdan(entropies, projected):
    width = 7
    r_f = values("projection.features", (D, width)).double()
    r_g = values("projection.classes", (C, width)).double()

    def condition(f, logits):
        g = F.softmax(logits, 1).detach()
        if projected:
            return (f @ r_f) * (g @ r_g) / width**0.5
        return torch.einsum("bd,bc->bdc", f, g).flatten(1)

    def run(source, target, sourceLogits, targetLogits):
        judge = discriminator(width if projected else D * C)
        weight = lambda x: (1 + torch.exp(-entropy_of(F.softmax(x, 1)))).detach() if entropies else None
        judged = [judge(Reverse.apply(condition(f, g), 0.5)) for f, g in ((source, sourceLogits), (target, targetLogits))]
        return adversary(*judged, weight(sourceLogits), weight(targetLogits))

    return run


def hard_norm(radius):
    return lambda source, target, **_: sum((x.norm(dim=1).mean() - radius) ** 2 for x in (source, target))


def stepwise_norm(step):
    def run(source, target, **_):
        lengths = torch.cat([source, target]).norm(dim=1)
        return ((lengths.detach() + step - lengths) ** 2).mean()

    return run


teacher = values("teacher", (M, C), -3, 3).double()


def consistency(threshold):
    def run(targetLogits, **_):
        p = F.softmax(teacher, 1)
        each = F.mse_loss(F.softmax(targetLogits, 1), p, reduction="none").mean(1)
        return (each * (p.max(1).values > threshold)).mean()

    return run


case("coral", coral)
case("mmd", mmd())
case("mmd", mmd("unbiased"), estimate="unbiased")
case("mmd", mmd("linear"), sizes=(4, 4), estimate="linear")
case("mmd", mmd(width=2.5, multipliers=(1,)), width=2.5, multipliers=[1])
case("joint", joint())
case("joint", joint("unbiased"), estimate="unbiased")
case("entropy", entropy)
case("entropy", weighted_entropy, weighted=True)
case("mcc", mcc(2.5))
case("mcc", mcc(1), temperature=1)
case("domain", domain)
case("dann", dann(0.5), strength=0.5)
case("cdan", cdan(False, False))
case("cdan", cdan(True, False), entropies=True)
case("cdan", cdan(True, True), entropies=True, projected=True)
case("hafn", hard_norm(25))
case("hafn", hard_norm(2), radius=2)
case("safn", stepwise_norm(1))
case("safn", stepwise_norm(0.3), step=0.3)
case("consistency", consistency(0))
case("consistency", consistency(0.6), threshold=0.6)

print(
    json.dumps(
        {
            "command": "/usr/bin/python3 scripts/golden/domain-losses.py",
            "torch": torch.__version__,
            "sizes": {"width": D, "classes": C},
            "sampleWeight": rounded(sample_weight),
            "ramp": [[p, 2 / (1 + torch.exp(torch.tensor(-10.0 * p).double()).item()) - 1] for p in (0, 0.1, 0.5, 1)],
            "cases": CASES,
        },
        separators=(",", ":"),
    )
)
