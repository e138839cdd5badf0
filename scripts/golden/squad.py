"""Golden answer scores: a reference written down from the published definition of SQuAD's evaluation, 1.1
(Rajpurkar et al. 2016, section 6) and 2.0 (Rajpurkar et al. 2018, section 5).

/usr/bin/python3 scripts/golden/squad.py > packages/nlp/src/metrics/golden/squad.json
"""

import json
import re
import string
from collections import Counter

from formula import values

ANSWERS = [
    "the Denver Broncos", "Denver Broncos!", "a  an the", "Théâtre de la Ville", "théâtre", "éa bridge", "ça a été",
    "U.S.", "us", "10,000", "10000", "İstanbul", "ΟΔΟΣ", "New York's", "new yorks", "tab\tand\nline", "a-b", "ab",
    "no\u00a0break", "no break", "\ufeffmark", "mark", "日本の首都", "x\x1cy", "x y", "the_end", "The end.", "2 the 2",
    "an answer", "answer", "–dash–", "dash", "", ".", "Panthers and Broncos", "Broncos and the Panthers",
]


def words(text):
    low = "".join(c for c in text.lower() if c not in set(string.punctuation))
    return re.sub(r"\b(a|an|the)\b", " ", low).split()


def exact(predicted, truth):
    return float(words(predicted) == words(truth))


def f1(predicted, truth):
    p, t = words(predicted), words(truth)
    if not p or not t:
        return float(p == t)
    shared = sum((Counter(p) & Counter(t)).values())
    if shared == 0:
        return 0.0
    precision, recall = shared / len(p), shared / len(t)
    return 2 * precision * recall / (precision + recall)


def best(score, question):
    truths = [a for a in question["answers"] if words(a)] or [""]
    return max(score(question["predicted"], t) for t in truths)


def draw(name, count):
    return [int(v) for v in values(name, (count,), 0, len(ANSWERS) - 0.001).tolist()]


N = 120
picked = list(zip(draw("predicted", N), draw("first", N), draw("second", N), draw("kind", N)))
doubt = [round(v, 3) for v in values("doubt", (N,), -2, 2).tolist()]
questions = []
for (p, a, b, kind), no in zip(picked, doubt):
    answers = [] if kind % 3 == 0 else [ANSWERS[a], ANSWERS[b]]
    predicted = ANSWERS[a] if kind % 5 < 3 else ANSWERS[p]
    # Doubt is worth something: higher where there is no answer.
    questions.append({"predicted": predicted, "answers": answers, "noAnswer": round(no + (not answers), 3)})


def mean(score, some, threshold=None):
    def answered(q):
        dropped = threshold is not None and q["noAnswer"] > threshold
        return {**q, "predicted": "" if dropped else q["predicted"]}

    return sum(best(score, answered(q)) for q in some) / len(some)


def search(score):
    """Every threshold there is, tried in turn; the lowest of equally good ones, 0 where none beats silence."""
    silent = sum(not q["answers"] for q in questions) / len(questions)
    found = (silent, 0.0)
    for threshold in sorted({q["noAnswer"] for q in questions}):
        total = 0.0
        for q in questions:
            if q["noAnswer"] <= threshold:
                total += best(score, q) if q["answers"] else float(q["predicted"] == "")
            else:
                total += float(not q["answers"])
        if total / len(questions) > found[0] + 1e-12:
            found = (total / len(questions), threshold)
    return {"score": found[0], "threshold": found[1]}


has = [q for q in questions if q["answers"]]
none = [q for q in questions if not q["answers"]]
print(
    json.dumps(
        {
            "command": "/usr/bin/python3 scripts/golden/squad.py",
            "words": [[a, words(a)] for a in ANSWERS],
            "questions": questions,
            "all": {"exact": mean(exact, questions), "f1": mean(f1, questions), "count": N},
            "hasAnswer": {"exact": mean(exact, has), "f1": mean(f1, has), "count": len(has)},
            "noAnswer": {"exact": mean(exact, none), "f1": mean(f1, none), "count": len(none)},
            "above0": {"exact": mean(exact, questions, 0), "f1": mean(f1, questions, 0), "count": N},
            "best": {"exact": search(exact), "f1": search(f1)},
        },
        separators=(",", ":"),
    )
)
