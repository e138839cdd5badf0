"""PyTorch's side of resnet50.ts. Arguments: CASE BATCH, CASE as in that file.
Protocol: a line "run N" in, one JSON line {"ms": [...], "peakMB": n} out."""
import sys

import torch
import torch.nn.functional as F
import torchvision
from serve import serve

torch.set_num_threads(2)
case, batch = sys.argv[1], int(sys.argv[2])

model = torchvision.models.resnet50()
x = torch.randn(batch, 3, 224, 224)
y = torch.arange(batch) % 1000


def forward():
    with torch.inference_mode():
        model(x)


def training_step():
    scope, norm = case.split("-")
    model.train(norm == "train")
    prefixes = {"full": "", "last": ("layer4", "fc"), "head": "fc"}[scope]
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name.startswith(prefixes))
    if norm == "train" and scope != "full":
        raise SystemExit("frozen layers keep their statistics: no such case")
    trainable = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.SGD(trainable, lr=1e-3, momentum=0.9)

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(model(x), y)
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
