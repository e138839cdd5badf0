"""PyTorch's side of bert-texts.ts; a run is an epoch. Arguments: CASE MODEL TOKENS BATCH, CASE as in that file:
head (the usual loop: the frozen trunk runs in every epoch), buckets (texts of like length meet, padded to the
longest among them) or padded (to the longest of all)."""
import json
import random
import sys

import torch
import torch.nn.functional as F
from bert_model import Bert, groups_of
from serve import serve

torch.set_num_threads(2)
torch.manual_seed(0)
case, name, path, batch = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
with open(path) as file:
    data = json.load(file)
rows, labels = data["rows"], data["labels"]
longest = max(map(len, rows))
model = Bert(name, classes=len(set(labels)))
if case == "head":
    model.requires_grad_(False)
    model.classifier.requires_grad_(True)
optimizer = torch.optim.AdamW(groups_of(model), lr=1e-3 if case == "head" else 1e-5)
chance = random.Random(0)


def order():
    drawn = chance.sample(range(len(rows)), len(rows))
    if case == "buckets":
        drawn.sort(key=lambda index: len(rows[index]))
    batches = [drawn[at : at + batch] for at in range(0, len(drawn), batch)]
    chance.shuffle(batches)
    return batches


def epoch():
    for indices in order():
        length = longest if case == "padded" else max(len(rows[index]) for index in indices)
        ids, mask = torch.zeros(len(indices), length, dtype=torch.long), torch.zeros(len(indices), length)
        for at, index in enumerate(indices):
            ids[at, : len(rows[index])] = torch.tensor(rows[index])
            mask[at, : len(rows[index])] = 1
        targets = torch.tensor([labels[index] for index in indices])
        optimizer.zero_grad(set_to_none=True)
        F.cross_entropy(model(ids, mask, torch.zeros_like(ids)), targets).backward()
        optimizer.step()


serve(epoch)
