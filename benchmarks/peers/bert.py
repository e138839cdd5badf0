"""PyTorch's side of bert.ts: BERT-base (arXiv 1810.04805) with a classifier of two classes.
Arguments: CASE BATCH LENGTH, CASE as in that file. For each line "run N" prints one JSON line {"ms": [...], "peakMB": n}."""
import sys

import torch
import torch.nn.functional as F
from bert_model import WORDS, Bert, groups_of
from serve import serve

torch.set_num_threads(2)
case, batch, length = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])

model = Bert("bert_base", rate=0.1 if case == "full-dropout" else 0.0)
places = torch.arange(batch * length).view(batch, length)
inputs = [places * 7919 % WORDS, torch.ones_like(places), torch.zeros_like(places)]
labels = torch.arange(batch) % 2


def forward():
    with torch.inference_mode():
        model(*inputs)


def training_step():
    model.train()
    learning = {"head": ("classifier",), "last-two": ("layers.10.", "layers.11.", "pooler", "classifier")}.get(case, ("",))
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name.startswith(learning))
    optimizer = torch.optim.AdamW(groups_of(model), lr=1e-5)

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
