"""Loss, accuracy and all gradients of masked language modelling on the networks of bert.py: the mean cross-entropy over
the tokens that were hidden, told to torch as labels that are -100 everywhere else.

/usr/bin/python3 scripts/golden/masked-language.py > packages/nlp/src/masked/golden/masked-language.json
"""

import json

import torch
import torch.nn.functional as F
from bert import FEW, Bert, batch_of, bert, digest, distilbert, fill

# Three slots a row; the second row uses one of its.
POSITIONS = [[0, 2, 4], [1, 0, 0]]
LABELS = [[7, 39, 3], [12, 0, 0]]
WEIGHTS = [[1, 1, 1], [1, 0, 0]]


def case(name, config):
    config = {"pad_token_id": 0, "max_position_embeddings": 16, **config}
    net = Bert(config)
    fill(net, name)
    net.double().eval()
    batch = batch_of(name, config, (5, 3), True)
    logits = list(net(batch["input_ids"], batch["attention_mask"], batch.get("token_type_ids")).values())[-1]
    labels = torch.full(batch["input_ids"].shape, -100)
    for row, (places, own, counts) in enumerate(zip(POSITIONS, LABELS, WEIGHTS)):
        for place, label, count in zip(places, own, counts):
            if count:
                labels[row, place] = label
    loss = F.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=-100)
    loss.backward()
    hits = logits.argmax(-1)[labels >= 0] == labels[labels >= 0]
    return {
        "name": name,
        "config": config,
        "batch": {key: value.tolist() for key, value in batch.items()},
        "positions": POSITIONS,
        "labels": LABELS,
        "weights": WEIGHTS,
        "loss": loss.item(),
        "accuracy": hits.double().mean().item(),
        "gradients": {key: digest(key, p.grad)["digest"] for key, p in net.named_parameters() if p.grad is not None},
    }


cases = [
    case("masked", bert(2, 24, 2, "ForMaskedLM", **FEW)),
    case("distilbert masked", distilbert(2, 24, 2, "ForMaskedLM", **FEW)),
]
command = "/usr/bin/python3 scripts/golden/masked-language.py"
print(json.dumps({"command": command, "torch": torch.__version__, "cases": cases}, separators=(",", ":")))
