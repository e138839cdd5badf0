"""Golden entity scores: a reference written down from the rules of CoNLL-2000's conlleval (which seqeval's
default mode follows) and, for its strict mode, from the schemes' grammars.

/usr/bin/python3 scripts/golden/entities.py > packages/nlp/src/metrics/golden/entities.json
"""

import json
import re

from formula import values

TYPES = ["Chemical", "Disease", "Gene"]


def parts(tag):
    return ("O", "") if tag == "O" else tag.split("-", 1)


# conlleval's endOfChunk and startOfChunk: pairs of prefixes between which a chunk ends or starts; besides, a
# change of type ends one and starts one.
ENDS = {"BB", "BS", "BO", "IB", "IS", "IO", "EE", "EI", "EB", "ES", "EO", "SE", "SI", "SB", "SS", "SO"}
STARTS = {"OB", "OI", "OE", "OS", "BB", "BS", "IB", "IS", "EB", "EI", "EE", "ES", "SB", "SI", "SE", "SS"}


def conlleval(tags):
    chunks, begin = set(), 0
    previous, kind = "O", ""
    for at, tag in enumerate(tags + ["O"]):
        prefix, type_ = parts(tag)
        if previous != "O" and (previous + prefix in ENDS or kind != type_):
            chunks.add((kind, begin, at))
        if prefix != "O" and (previous + prefix in STARTS or kind != type_):
            begin = at
        previous, kind = prefix, type_
    return chunks


def strict(tags, grammar):
    found = set()
    for type_ in TYPES:
        line = "".join(p if p == "O" or t == type_ else "O" for p, t in map(parts, tags))
        found |= {(type_, m.start(), m.end()) for m in re.finditer(grammar, line)}
    return found


def score(right, predicted, support):
    p = right / predicted if predicted else 0.0
    r = right / support if support else 0.0
    return {"precision": p, "recall": r, "f1": 2 * p * r / (p + r) if p + r else 0.0, "support": support}


def report(truth, predicted, read):
    counts = {}
    for number, (t, p) in enumerate(zip(truth, predicted)):
        known, said = read(t), read(p)
        for chunk in known | said:
            c = counts.setdefault(chunk[0], [0, 0, 0])
            c[0] += chunk in known and chunk in said
            c[1] += chunk in said
            c[2] += chunk in known
    types = [{"type": type_, **score(*counts[type_])} for type_ in sorted(counts)]
    total = [sum(c[i] for c in counts.values()) for i in range(3)]

    def mean(weights):
        keys = ["precision", "recall", "f1"]
        all_ = sum(weights)
        values_ = {k: sum(w * t[k] for w, t in zip(weights, types)) / all_ for k in keys}
        return {**values_, "support": total[2]}

    return {
        **score(*total),
        "types": types,
        "macro": mean([1] * len(types)),
        "weighted": mean([t["support"] for t in types]),
    }


def sentences(name, letters, count=40, length=12):
    """Tags by formula, legal or not."""
    drawn = values(name, (count, length, 2), 0, 0.999999).tolist()
    return [[tag_of(a, b, letters) for a, b in row] for row in drawn]


def tag_of(a, b, letters):
    prefix = letters[int(a * len(letters))]
    return prefix if prefix == "O" else f"{prefix}-{TYPES[int(b * b * len(TYPES))]}"


def predictions(truth, name, letters):
    other = sentences(name, letters)
    keep = values(f"{name} keep", (len(truth), len(truth[0])), 0, 1).tolist()
    return [
        [t if k < 0.8 else o for t, o, k in zip(*rows)] for rows in zip(truth, other, keep)
    ]


def case(name, letters, grammar):
    truth = sentences(name, letters)
    predicted = predictions(truth, f"{name} other", letters)
    return {
        "truth": [" ".join(tags) for tags in truth],
        "predicted": [" ".join(tags) for tags in predicted],
        "lenient": report(truth, predicted, conlleval),
        "strict": report(truth, predicted, lambda tags: strict(tags, grammar)),
    }


print(
    json.dumps(
        {
            "command": "/usr/bin/python3 scripts/golden/entities.py",
            "BIO": case("BIO", "OOBBII", "BI*"),
            "IOBES": case("IOBES", "OOOBIES", "S|BI*E"),
        },
        separators=(",", ":"),
    )
)
