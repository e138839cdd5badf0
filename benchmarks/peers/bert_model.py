"""BERT (arXiv 1810.04805) with a classifier, in plain PyTorch, for the peers of bert.ts and bert-texts.ts."""
import math

import torch
import torch.nn.functional as F
from torch import nn

WORDS = 30522
SIZES = {"bert_tiny": (2, 128, 2), "bert_small": (4, 512, 8), "bert_base": (12, 768, 12)}


class Layer(nn.Module):
    def __init__(self, width, heads, rate):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.project = (nn.Linear(width, width) for _ in range(4))
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.norm1, self.norm2 = nn.LayerNorm(width, eps=1e-12), nn.LayerNorm(width, eps=1e-12)
        self.drop = nn.Dropout(rate)

    def forward(self, x, bias):
        batch, length, width = x.shape
        size = width // self.heads

        def split(y):
            return y.view(batch, length, self.heads, size).transpose(1, 2)

        scores = split(self.query(x)) @ split(self.key(x)).transpose(2, 3) / math.sqrt(size) + bias
        mixed = (self.drop(scores.softmax(-1)) @ split(self.value(x))).transpose(1, 2).reshape(batch, length, width)
        x = self.norm1(self.drop(self.project(mixed)) + x)
        return self.norm2(self.drop(self.down(F.gelu(self.up(x)))) + x)


class Bert(nn.Module):
    def __init__(self, name, classes=2, rate=0.0):
        super().__init__()
        layers, width, heads = SIZES[name]
        self.words = nn.Embedding(WORDS, width, padding_idx=0)
        self.positions, self.kinds = nn.Embedding(512, width), nn.Embedding(2, width)
        self.norm, self.drop = nn.LayerNorm(width, eps=1e-12), nn.Dropout(rate)
        self.layers = nn.ModuleList(Layer(width, heads, rate) for _ in range(layers))
        self.pooler, self.classifier = nn.Linear(width, width), nn.Linear(width, classes)

    def forward(self, ids, mask, kinds):
        x = self.words(ids) + self.kinds(kinds) + self.positions(torch.arange(ids.shape[1]))
        x = self.drop(self.norm(x))
        bias = (1 - mask.float())[:, None, None, :] * torch.finfo(torch.float32).min
        for layer in self.layers:
            x = layer(x, bias)
        return self.classifier(self.drop(torch.tanh(self.pooler(x[:, 0]))))


def groups_of(model):
    """What learns, with decay on matrices alone."""
    learning = [p for p in model.parameters() if p.requires_grad]
    return [
        {"params": [p for p in learning if p.dim() > 1], "weight_decay": 0.01},
        {"params": [p for p in learning if p.dim() == 1], "weight_decay": 0.0},
    ]
