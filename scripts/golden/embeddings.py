"""Embeddings of padded texts by a small BERT of torch.nn (see bert.py), with the loss of pairs and its gradients; and the
same network as ONNX, as transformers.js reads it.

/usr/bin/python3 scripts/golden/embeddings.py packages/nlp/src/sentences/golden
"""

import json
import pathlib
import sys

import torch
import torch.nn.functional as F
from bert import Bert, batch_of, bert, digest, fill
from formula import rounded
from torch import nn

NAME = "embeddings"
LENGTHS = (6, 3, 5, 2)
TARGETS = [1.0, 0.0]


class Encoder(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, input_ids, attention_mask, token_type_ids):
        return self.net(input_ids, attention_mask, token_type_ids)[f"layer{self.net.layers}"]


def pooled(hidden, mask, pooling):
    if pooling == "cls":
        return hidden[:, 0]
    kept = mask[..., None].to(hidden.dtype)
    return (hidden * kept).sum(1) / kept.sum(1)


def main(folder):
    sizes = {"vocab_size": 18, "max_position_embeddings": 48, "type_vocab_size": 2, "pad_token_id": 0}
    config = {**bert(2, 16, 2, "Model", **sizes), "hidden_dropout_prob": 0, "attention_probs_dropout_prob": 0}
    net = Bert(config)
    fill(net, NAME)
    net.eval()
    encoder = Encoder(net)
    batch = batch_of(NAME, config, LENGTHS, True)
    # Kinds are 0 where there is one text.
    inputs = (batch["input_ids"], batch["attention_mask"], torch.zeros_like(batch["input_ids"]))
    names = ["input_ids", "attention_mask", "token_type_ids"]
    axes = {name: {0: "batch", 1: "tokens"} for name in [*names, "last_hidden_state"]}
    torch.onnx.export(
        encoder,
        inputs,
        str(folder / "encoder.onnx"),
        input_names=names,
        output_names=["last_hidden_state"],
        dynamic_axes=axes,
        opset_version=14,
    )
    net.double()
    hidden = encoder(*inputs)
    result = {
        "command": "/usr/bin/python3 scripts/golden/embeddings.py packages/nlp/src/sentences/golden",
        "torch": torch.__version__,
        "name": NAME,
        "config": config,
        "rows": [row[:length].tolist() for row, length in zip(batch["input_ids"], LENGTHS)],
        "targets": TARGETS,
    }
    for pooling in ("mean", "cls"):
        net.zero_grad()
        vectors = pooled(encoder(*inputs), batch["attention_mask"], pooling)
        # The first two texts are a pair, and the last two.
        alike = F.cosine_similarity(vectors[0::2], vectors[1::2])
        loss = F.mse_loss(alike, torch.tensor(TARGETS).double())
        loss.backward()
        gradients = {key: digest(key, p.grad)["digest"] for key, p in net.named_parameters() if p.grad is not None}
        result[pooling] = {
            "embeddings": rounded(vectors),
            "unit": rounded(F.normalize(vectors)),
            "similarities": rounded(alike),
            "loss": loss.item(),
            "gradients": gradients,
        }
    (folder / "embeddings.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")


main(pathlib.Path(sys.argv[1]))
