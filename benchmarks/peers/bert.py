"""PyTorch's side of bert.ts: BERT-base (arXiv 1810.04805) with a classifier of two classes.
Arguments: CASE BATCH LENGTH, CASE as in that file. For each line "run N" prints one JSON line {"ms": [...], "peakMB": n}."""
import math
import sys

import torch
import torch.nn.functional as F
from torch import nn
from serve import serve

torch.set_num_threads(2)
case, batch, length = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
WIDTH, HEADS, LAYERS, INNER, WORDS = 768, 12, 12, 3072, 30522
RATE = 0.1 if case == "full-dropout" else 0.0


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.key, self.value, self.project = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.up, self.down = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH, eps=1e-12), nn.LayerNorm(WIDTH, eps=1e-12)
        self.drop = nn.Dropout(RATE)

    def forward(self, x, bias):
        def split(y):
            return y.view(batch, length, HEADS, WIDTH // HEADS).transpose(1, 2)

        scores = split(self.query(x)) @ split(self.key(x)).transpose(2, 3) / math.sqrt(WIDTH // HEADS) + bias
        mixed = (self.drop(scores.softmax(-1)) @ split(self.value(x))).transpose(1, 2).reshape(batch, length, WIDTH)
        x = self.norm1(self.drop(self.project(mixed)) + x)
        return self.norm2(self.drop(self.down(F.gelu(self.up(x)))) + x)


class Bert(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(WORDS, WIDTH, padding_idx=0)
        self.positions, self.kinds = nn.Embedding(512, WIDTH), nn.Embedding(2, WIDTH)
        self.norm, self.drop = nn.LayerNorm(WIDTH, eps=1e-12), nn.Dropout(RATE)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.pooler, self.classifier = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, 2)

    def forward(self, ids, mask, kinds):
        x = self.words(ids) + self.kinds(kinds) + self.positions(torch.arange(length))
        x = self.drop(self.norm(x))
        bias = (1 - mask.float())[:, None, None, :] * torch.finfo(torch.float32).min
        for layer in self.layers:
            x = layer(x, bias)
        return self.classifier(self.drop(torch.tanh(self.pooler(x[:, 0]))))


model = Bert()
places = torch.arange(batch * length).view(batch, length)
inputs = [places * 7919 % WORDS, torch.ones_like(places), torch.zeros_like(places)]
labels = torch.arange(batch) % 2


def forward():
    with torch.inference_mode():
        model(*inputs)


def training_step():
    head = case == "head"
    model.train()
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(not head or name.startswith("classifier"))
    matrices = [p for p in model.parameters() if p.requires_grad and p.dim() > 1]
    vectors = [p for p in model.parameters() if p.requires_grad and p.dim() == 1]
    groups = [{"params": matrices, "weight_decay": 0.01}, {"params": vectors, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=1e-5)

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(model(*inputs), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


if case == "forward":
    model.eval()
    once = forward
else:
    once = training_step()

serve(once)
