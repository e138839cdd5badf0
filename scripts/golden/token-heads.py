"""Losses and gradients of token tags and answer spans as torch has them, in float64; and answers chosen from windows by
trying all spans, as the scripts for SQuAD define them.

/usr/bin/python3 scripts/golden/token-heads.py > packages/nlp/src/network/golden/token-heads.json
"""

import json
import math

import torch
import torch.nn.functional as F
from formula import rounded, values

ROWS, LENGTH, TAGS = 3, 5, 4
LABELS = [[-100, 2, 0, -100, 1], [-100, 3, 3, 1, -100], [-100, 0, -100, -100, -100]]


def tokens(smoothing, weighted):
    logits = values("tokens", (ROWS, LENGTH, TAGS), -2, 2).double().requires_grad_(True)
    classes = values("classes", (TAGS,), 0.5, 2).double() if weighted else None
    loss = F.cross_entropy(
        logits.reshape(-1, TAGS), torch.tensor(LABELS).reshape(-1), classes, ignore_index=-100, label_smoothing=smoothing
    )
    loss.backward()
    return {"smoothing": smoothing, "weighted": weighted, "loss": loss.item(), "gradient": rounded(logits.grad)}


STARTS, ENDS, MASK = [0, 2, 1], [0, 3, 1], [[1] * 5, [1, 1, 1, 1, 0], [1, 1, 1, 0, 0]]


def spans():
    logits = values("spans", (ROWS, LENGTH, 2), -2, 2).double().requires_grad_(True)
    hidden = torch.tensor(MASK).unsqueeze(-1) == 0
    first, last = logits.masked_fill(hidden, -math.inf).unbind(-1)
    loss = (F.cross_entropy(first, torch.tensor(STARTS)) + F.cross_entropy(last, torch.tensor(ENDS))) / 2
    loss.backward()
    return {"starts": STARTS, "ends": ENDS, "mask": MASK, "loss": loss.item(), "gradient": rounded(logits.grad)}


def answers(name, windows, length, asked, best, longest):
    """Window w holds the context's tokens from w * step on, each two letters; `asked` tokens stand before them."""
    step = (length - asked) // 2
    found, nothing = {}, []
    for window in range(windows):
        logits = values(f"{name} {window}", (length, 2), -4, 4).double()
        firsts = sorted(range(length), key=lambda at: -logits[at, 0])[:best]
        lasts = sorted(range(length), key=lambda at: -logits[at, 1])[:best]
        nothing.append((logits[0, 0] + logits[0, 1]).item())
        for first in firsts:
            for last in lasts:
                if not asked <= first <= last or last - first + 1 > longest:
                    continue
                span = (2 * (window * step + first - asked), 2 * (window * step + last - asked + 1))
                score = (logits[first, 0] + logits[last, 1]).item()
                found[span] = max(score, found.get(span, -math.inf))
    ranked = sorted(found.items(), key=lambda item: -item[1])[:best]
    powers = [math.exp(score) for _, score in ranked]
    none = math.exp(min(nothing))
    return {
        "name": name,
        "sizes": {"windows": windows, "length": length, "asked": asked, "step": step},
        "nBest": best,
        "maxAnswer": longest,
        "spans": [list(span) for span, _ in ranked],
        "scores": [power / sum(powers) for power in powers],
        "withNone": [power / (sum(powers) + none) for power in powers],
        "noAnswer": min(nothing) - ranked[0][1],
    }


print(
    json.dumps(
        {
            "command": "/usr/bin/python3 scripts/golden/token-heads.py",
            "labels": LABELS,
            "tokens": [tokens(smoothing, weighted) for smoothing in (0.0, 0.1) for weighted in (False, True)],
            "spans": spans(),
            "answers": [
                answers("one window", 1, 16, 4, 5, 4),
                answers("three windows", 3, 20, 4, 8, 6),
                answers("seven windows", 7, 18, 6, 20, 30),
            ],
        }
    )
)
