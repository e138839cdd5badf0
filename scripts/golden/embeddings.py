"""Embeddings of padded texts by a small BERT of torch.nn (see bert.py), with the loss of pairs and its gradients.

/usr/bin/python3 scripts/golden/embeddings.py > packages/nlp/src/sentences/golden/embeddings.json
"""

import json

import torch
import torch.nn.functional as F
from bert import Bert, batch_of, bert, digest, fill
from formula import rounded

NAME = "embeddings"
LENGTHS = (6, 3, 5, 2)
TARGETS = [1.0, 0.0]


def pooled(hidden, mask, pooling):
    if pooling == "cls":
        return hidden[:, 0]
    kept = mask[..., None].to(hidden.dtype)
    return (hidden * kept).sum(1) / kept.sum(1)


sizes = {"vocab_size": 18, "max_position_embeddings": 48, "type_vocab_size": 2, "pad_token_id": 0}
config = {**bert(2, 16, 2, "Model", **sizes), "hidden_dropout_prob": 0, "attention_probs_dropout_prob": 0}
net = Bert(config)
fill(net, NAME)
net.eval().double()
batch = batch_of(NAME, config, LENGTHS, True)
ids, mask = batch["input_ids"], batch["attention_mask"]


def case(pooling):
    net.zero_grad()
    # Kinds are 0 where there is one text.
    hidden = net(ids, mask, torch.zeros_like(ids))[f"layer{net.layers}"]
    vectors = pooled(hidden, mask, pooling)
    # The first two texts are a pair, and the last two.
    alike = F.cosine_similarity(vectors[0::2], vectors[1::2])
    loss = F.mse_loss(alike, torch.tensor(TARGETS).double())
    loss.backward()
    return {
        "embeddings": rounded(vectors),
        "unit": rounded(F.normalize(vectors)),
        "similarities": rounded(alike),
        "loss": loss.item(),
        "gradients": {key: digest(key, p.grad)["digest"] for key, p in net.named_parameters() if p.grad is not None},
    }


print(
    json.dumps(
        {
            "command": "/usr/bin/python3 scripts/golden/embeddings.py",
            "torch": torch.__version__,
            "name": NAME,
            "config": config,
            "rows": [row[:length].tolist() for row, length in zip(ids, LENGTHS)],
            "targets": TARGETS,
            "mean": case("mean"),
            "cls": case("cls"),
        },
        separators=(",", ":"),
    )
)
