"""Every stage's output and all gradients of BERT and DistilBERT, written from the papers (arXiv 1810.04805, 1910.01108)
in torch.nn with Hugging Face's names, with weights by formula, in float64.

/usr/bin/python3 scripts/golden/bert.py > packages/core/src/models/golden/bert.json
/usr/bin/python3 scripts/golden/bert.py base > packages/gpu-backend/src/onnx/golden/bert-base.json

    /usr/bin/python3 scripts/golden/bert.py live FOLDER ...
builds the model of each FOLDER's config.json, reads its model.safetensors (all names, and no others) or, where there is
none, writes random weights to pytorch_model.bin, and prints every stage's output for the text 1, 2, 3, 4.

Arrays are held as two numbers, as in models.py, and 16 of their values at even distances.
"""

import json
import math
import pathlib
import struct
import sys

import numpy as np
import torch
import torch.nn.functional as F
from formula import rounded, values
from torch import nn

ACTIVATIONS = {
    "gelu": F.gelu,
    "gelu_new": lambda x: 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
    "relu": F.relu,
}


class Tree(nn.Module):
    """Modules under dotted names, so that the table of names is the table of modules."""

    def put(self, path, module):
        first, *rest = path.split(".", 1)
        if not rest:
            self.add_module(first, module)
            return
        if first not in self._modules:
            self.add_module(first, Tree())
        getattr(self, first).put(rest[0], module)

    def at(self, path):
        module = self
        for part in path.split("."):
            module = module._modules[part]
        return module


FAMILIES = {
    "bert": {
        "sizes": ["hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "hidden_act"],
        "layer": "encoder.layer",
        "parts": "attention.self.query attention.self.key attention.self.value attention.output.dense "
        "attention.output.LayerNorm intermediate.dense output.dense output.LayerNorm",
        "masked": ("cls.predictions.transform.dense", "cls.predictions.transform.LayerNorm", "cls.predictions"),
    },
    "distilbert": {
        "sizes": ["dim", "n_layers", "n_heads", "hidden_dim", "activation"],
        "layer": "transformer.layer",
        "parts": "attention.q_lin attention.k_lin attention.v_lin attention.out_lin sa_layer_norm ffn.lin1 ffn.lin2 output_layer_norm",
        "masked": ("vocab_transform", "vocab_layer_norm", "vocab_projector"),
    },
}


class Scores(nn.Module):
    """The bias of hidden words' scores; their matrix is that of the word embeddings."""

    def __init__(self, size):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(size))


class Bert(Tree):
    def __init__(self, config):
        super().__init__()
        family = FAMILIES[config["model_type"]]
        self.is_bert = config["model_type"] == "bert"
        self.head = config["architectures"][0].removeprefix("Distil").removeprefix("Bert")
        self.pooling = config.get("pooling", "pooler" if self.is_bert else "cls")
        width, self.layers, self.heads, inner, act = (config[key] for key in family["sizes"])
        self.act, self.family = ACTIVATIONS[act], family
        eps = config.get("layer_norm_eps", 1e-12)
        vocab, types = config["vocab_size"], config.get("type_vocab_size", 2) if self.is_bert else 0
        prefix = "" if self.head == "Model" else f"{config['model_type']}."
        self.prefix, self.parts = prefix, family["parts"].split()

        def linear(path, before, after):
            self.put(path, nn.Linear(before, after))

        self.put(f"{prefix}embeddings.word_embeddings", nn.Embedding(vocab, width, padding_idx=config.get("pad_token_id", 0)))
        self.put(f"{prefix}embeddings.position_embeddings", nn.Embedding(config["max_position_embeddings"], width))
        if types:
            self.put(f"{prefix}embeddings.token_type_embeddings", nn.Embedding(types, width))
        self.put(f"{prefix}embeddings.LayerNorm", nn.LayerNorm(width, eps=eps))
        for index in range(self.layers):
            base = f"{prefix}{family['layer']}.{index}."
            for number, part in enumerate(self.parts):
                if number in (4, 7):
                    self.put(base + part, nn.LayerNorm(width, eps=eps))
                else:
                    linear(base + part, inner if number == 6 else width, inner if number == 5 else width)
        if self.head in ("Model", "ForSequenceClassification") and self.pooling == "pooler":
            linear(f"{prefix}pooler.dense", width, width)
        if self.head == "ForMaskedLM":
            transform, norm, scores = family["masked"]
            if scores == "cls.predictions":
                self.put(scores, Tree())
                self.at(scores).bias = nn.Parameter(torch.zeros(vocab))
            linear(transform, width, width)
            self.put(norm, nn.LayerNorm(width, eps=eps))
            if scores != "cls.predictions":
                self.put(scores, Scores(vocab))
        elif self.head == "ForQuestionAnswering":
            linear("qa_outputs", width, 2)
        elif self.head != "Model":
            if not self.is_bert and self.head == "ForSequenceClassification":
                linear("pre_classifier", width, width)
            linear("classifier", width, len(config["id2label"]))

    def layer(self, x, index, mask):
        query, key, value, project, norm, up, down, last = (
            self.at(f"{self.prefix}{self.family['layer']}.{index}.{part}") for part in self.parts
        )
        batch, length, width = x.shape

        def split(y):
            return y.view(batch, length, self.heads, width // self.heads).transpose(1, 2)

        scores = split(query(x)) @ split(key(x)).transpose(2, 3) / math.sqrt(width // self.heads)
        if mask is not None:
            scores = scores.masked_fill(mask[:, None, None, :] == 0, float("-inf"))
        mixed = (scores.softmax(-1) @ split(value(x))).transpose(1, 2).reshape(batch, length, width)
        x = norm(project(mixed) + x)
        return last(down(self.act(up(x))) + x)

    def forward(self, ids, attention_mask=None, token_type_ids=None):
        stages = {}
        embed = self.at(f"{self.prefix}embeddings")
        x = embed.at("word_embeddings")(ids) + embed.at("position_embeddings").weight[: ids.shape[1]]
        if "token_type_embeddings" in embed._modules:
            x = x + embed.at("token_type_embeddings")(torch.zeros_like(ids) if token_type_ids is None else token_type_ids)
        x = stages["embeddings"] = embed.at("LayerNorm")(x)
        for index in range(self.layers):
            x = stages[f"layer{index + 1}"] = self.layer(x, index, attention_mask)
        if self.head in ("Model", "ForSequenceClassification"):
            if self.pooling == "pooler":
                x = self.at(f"{self.prefix}pooler.dense")(x[:, 0]).tanh()
            elif self.pooling == "cls":
                x = x[:, 0]
            else:
                kept = torch.ones_like(ids) if attention_mask is None else attention_mask
                x = (x * kept[..., None]).sum(1) / kept.sum(1, keepdim=True)
            stages["pool"] = x
        if self.head == "ForMaskedLM":
            transform, norm, scores = self.family["masked"]
            x = self.at(norm)(self.act(self.at(transform)(x)))
            x = F.linear(x, embed.at("word_embeddings").weight, self.at(scores).bias)
        elif self.head == "ForQuestionAnswering":
            x = self.at("qa_outputs")(x)
        elif self.head != "Model":
            if "pre_classifier" in self._modules:
                x = F.relu(self.at("pre_classifier")(x))
            x = self.at("classifier")(x)
        if self.head != "Model":
            stages["head"] = x
        return stages


def fill(net, name):
    """As `weightsOf` in the tests."""
    state = net.state_dict()
    for key, old in state.items():
        bound = (6 / old[0].numel()) ** 0.5 if old.dim() > 1 else 0.3
        low, high = (0.5, 1.5) if old.dim() == 1 and key.endswith("weight") else (-bound, bound)
        state[key] = values(f"{name}/{key}", tuple(old.shape), low, high)
    net.load_state_dict(state)


def digest(name, tensor):
    flat = tensor.detach().double().flatten()
    weights = values(f"digest/{name}", tuple(flat.shape)).double()
    picked = flat[torch.arange(16) * len(flat) // 16]
    return {"digest": rounded(torch.stack([flat.norm(), (flat * weights).sum()])), "values": rounded(picked)}


def batch_of(name, config, lengths, masks):
    length = max(lengths)
    ids = values(f"{name}/ids", (len(lengths), length), 0, config["vocab_size"]).floor().long()
    mask = torch.tensor([[int(place < kept) for place in range(length)] for kept in lengths])
    types = torch.tensor([[int(place > kept // 2) for place in range(length)] for kept in lengths])
    if not masks:
        return {"input_ids": ids}
    side = {"attention_mask": mask, "token_type_ids": types} if config["model_type"] == "bert" else {"attention_mask": mask}
    return {"input_ids": ids * mask, **side}


def case(name, config, lengths=(5, 3), masks=True, gradients=True):
    config = {"pad_token_id": 0, "max_position_embeddings": 16, **config}
    net = Bert(config)
    fill(net, name)
    net.double().eval()
    batch = batch_of(name, config, lengths, masks)
    stages = net(batch["input_ids"], batch.get("attention_mask"), batch.get("token_type_ids"))
    last = list(stages.values())[-1]
    result = {
        "name": name,
        "config": config,
        "batch": {key: value.tolist() for key, value in batch.items()},
        "keys": list(net.state_dict()),
        "stages": {key: {"shape": list(value.shape), **digest(key, value)} for key, value in stages.items()},
    }
    if not gradients:
        return result
    if net.head == "ForSequenceClassification":
        labels = [index % last.shape[1] for index in range(len(lengths))]
        loss = F.cross_entropy(last, torch.tensor(labels))
        result["labels"] = labels
    else:
        loss = (last * values(f"{name}/dy", tuple(last.shape)).double()).sum()
    loss.backward()
    result["loss"] = loss.item()
    # What the loss does not depend on has no gradient.
    result["gradients"] = {key: digest(key, p.grad)["digest"] for key, p in net.named_parameters() if p.grad is not None}
    return result


def bert(layers, width, heads, head, labels=None, **more):
    sizes = {"hidden_size": width, "num_hidden_layers": layers, "num_attention_heads": heads, "intermediate_size": 4 * width}
    return config_of("bert", {**sizes, "hidden_act": "gelu", **more}, f"Bert{head}", labels)


def distilbert(layers, width, heads, head, labels=None, **more):
    sizes = {"dim": width, "n_layers": layers, "n_heads": heads, "hidden_dim": 4 * width}
    return config_of("distilbert", {**sizes, "activation": "gelu", **more}, f"DistilBert{head}", labels)


def config_of(family, sizes, name, labels):
    named = {"id2label": {str(index): f"LABEL_{index}" for index in range(labels)}} if labels else {}
    return {"architectures": [name], "model_type": family, **sizes, **named}


WORDS = {"vocab_size": 30522}
FEW = {"vocab_size": 40}


def read_safetensors(path):
    data = path.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    state = {}
    for name, entry in json.loads(data[8 : 8 + length]).items():
        if name != "__metadata__":
            start, end = (8 + length + offset for offset in entry["data_offsets"])
            state[name] = torch.tensor(np.frombuffer(data[start:end], np.float32).reshape(entry["shape"]).copy())
    return state


def live(folder):
    torch.manual_seed(0)
    net = Bert(json.loads((folder / "config.json").read_text())).eval()
    file = folder / "model.safetensors"
    if file.exists():
        net.load_state_dict(read_safetensors(file), strict=True)
    else:
        torch.save(net.state_dict(), folder / "pytorch_model.bin")
    with torch.no_grad():
        return {key: rounded(value) for key, value in net(torch.tensor([[1, 2, 3, 4]])).items()}


def main():
    mode = sys.argv[1] if len(sys.argv) > 1 else "small"
    if mode == "live":
        return [live(pathlib.Path(folder)) for folder in sys.argv[2:]]
    if mode == "base":
        config = bert(12, 768, 12, "ForSequenceClassification", 3, **WORDS)
        cases = [case("base", config, (12, 7), gradients=False)]
    else:
        cases = [
            case("tiny", bert(2, 128, 2, "ForSequenceClassification", 3, **WORDS), (9, 6, 2)),
            case("mini", bert(4, 256, 4, "ForSequenceClassification", 2, **WORDS), (8, 5), gradients=False),
            case("distilbert", distilbert(3, 128, 4, "ForSequenceClassification", 3, vocab_size=2000), (7, 4)),
            case("pooler", bert(1, 24, 3, "Model", **FEW), masks=False),
            case("no mask", bert(2, 24, 3, "ForSequenceClassification", 4, type_vocab_size=1, **FEW), masks=False),
            case("mean", bert(2, 24, 12, "Model", pooling="mean", layer_norm_eps=1e-7, **FEW)),
            case("token", bert(1, 24, 2, "ForTokenClassification", 5, hidden_act="gelu_new", **FEW)),
            case("question", bert(1, 24, 2, "ForQuestionAnswering", hidden_act="relu", **FEW)),
            case("masked", bert(2, 24, 2, "ForMaskedLM", **FEW)),
            case("distilbert cls", distilbert(1, 24, 2, "Model", **FEW)),
            case("distilbert token", distilbert(1, 24, 2, "ForTokenClassification", 3, **FEW)),
            case("distilbert question", distilbert(1, 24, 2, "ForQuestionAnswering", activation="relu", **FEW)),
            case("distilbert masked", distilbert(2, 24, 2, "ForMaskedLM", **FEW)),
        ]
    command = " ".join(["/usr/bin/python3 scripts/golden/bert.py", *sys.argv[1:]])
    return {"command": command, "torch": torch.__version__, "cases": cases}


if __name__ == "__main__":
    print(json.dumps(main(), separators=(",", ":")))
