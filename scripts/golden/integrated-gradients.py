"""Integrated gradients over the word embeddings (arXiv 1703.01365, equation 3) of the networks of bert.py, in float64:
torch's own gradients at the midpoints of the line from [PAD] to the words, which a hook puts in the embeddings' place.
And attention rollout (arXiv 2005.00928, section 3) as a product of whole matrices, from queries and keys that hooks saw.

/usr/bin/python3 scripts/golden/integrated-gradients.py > packages/nlp/src/attributions/golden/integrated-gradients.json
"""

import json

import torch
from bert import Bert, bert, distilbert, fill
from formula import rounded

WORDS = {"vocab_size": 18}
SCORES = {
    "softmax": lambda logits, index: logits.softmax(-1)[0, index],
    "sigmoid": lambda logits, index: logits.sigmoid()[0, index],
    "logit": lambda logits, index: logits[0, index],
}
# [CLS] the ungrafted trees, a cafe! [SEP], and the number of each token's word; -1 for special tokens.
ONE = {"ids": [2, 6, 11, 12, 10, 7, 8, 15, 5, 13, 14, 3], "words": [-1, 0, 1, 1, 1, 2, 2, 3, 4, 5, 6, -1]}
# [CLS] the tree [SEP] grafted cafe [SEP]
TWO = {"ids": [2, 6, 7, 3, 9, 10, 13, 3], "words": [-1, 0, 1, -1, 2, 2, 3, -1], "types": [0, 0, 0, 0, 1, 1, 1, 1]}


def rollout(net, ids, types, numbers):
    """The words' shares of the text's vector."""
    seen = {}
    hooks = [
        net.at(f"{net.prefix}{net.family['layer']}.{layer}.{net.parts[part]}").register_forward_hook(
            lambda _, __, y, key=(layer, part): seen.update({key: y.detach()[0]})
        )
        for layer in range(net.layers)
        for part in (0, 1)
    ]
    net(ids, token_type_ids=types)
    for hook in hooks:
        hook.remove()
    length = ids.shape[1]
    joint = torch.eye(length, dtype=torch.float64)
    for layer in range(net.layers):
        query, key = (seen[layer, part].view(length, net.heads, -1).transpose(0, 1) for part in (0, 1))
        weights = (query @ key.transpose(1, 2) / query.shape[2] ** 0.5).softmax(-1).mean(0)
        joint = (weights / 2 + torch.eye(length) / 2) @ joint
    return by_word(joint.mean(0) if net.pooling == "mean" else joint[0], numbers)


def by_word(tokens, numbers):
    sums = torch.zeros(int(numbers.max()) + 1, dtype=torch.float64)
    return sums.index_add(0, numbers[numbers >= 0], tokens[numbers >= 0])


def case(name, config, text, of, index, steps):
    config = {"pad_token_id": 0, "max_position_embeddings": 16, **config}
    net = Bert(config)
    fill(net, name)
    net.double().eval()
    words = net.at(f"{net.prefix}embeddings.word_embeddings")
    ids = torch.tensor([text["ids"]])
    types = torch.tensor([text["types"]]) if "types" in text else None
    numbers = torch.tensor(text["words"])
    end = words(ids).detach()
    start = words(torch.where(numbers < 0, ids, 0)).detach()

    def score(vectors):
        hook = words.register_forward_hook(lambda *_: vectors)
        logits = list(net(ids, token_type_ids=types).values())[-1]
        hook.remove()
        return SCORES[of](logits, index)

    total = torch.zeros_like(end)
    for step in range(steps):
        point = (start + (end - start) * (step + 0.5) / steps).requires_grad_(True)
        total += torch.autograd.grad(score(point), point)[0]
    tokens = ((end - start) * total / steps).sum(-1)[0]
    first, last = score(start).item(), score(end).item()
    return {
        **{"name": name, "config": config, "ids": text["ids"], "of": of, "index": index, "steps": steps},
        **{"score": last, "baselineScore": first, "gap": tokens.sum().item() - (last - first)},
        **{"words": rounded(by_word(tokens, numbers)), "rollout": rounded(rollout(net, ids, types, numbers))},
    }


CLASSIFIER = "ForSequenceClassification"
cases = [
    case("softmax", bert(2, 24, 2, CLASSIFIER, 3, **WORDS), ONE, "softmax", 2, 8),
    case("logit", bert(1, 24, 3, CLASSIFIER, 4, pooling="mean", **WORDS), ONE, "logit", 0, 32),
    case("pair", bert(2, 24, 2, CLASSIFIER, 2, **WORDS), TWO, "sigmoid", 1, 20),
    case("distilbert", distilbert(2, 24, 2, CLASSIFIER, 3, **WORDS), ONE, "softmax", 1, 24),
]
command = "/usr/bin/python3 scripts/golden/integrated-gradients.py"
print(json.dumps({"command": command, "torch": torch.__version__, "cases": cases}, separators=(",", ":")))
