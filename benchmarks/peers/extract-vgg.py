"""PyTorch's side of extract-vgg.ts. Arguments: FEATURES BATCH, "flatten" (the convolutions alone) or "fc2".
Protocol: a line "run N" in, one JSON line {"ms": [...], "peakMB": n} out."""
import sys

import torch
import torchvision
from serve import serve

torch.set_num_threads(2)
features, batch = sys.argv[1], int(sys.argv[2])

whole = torchvision.models.vgg16(init_weights=False).eval()
parts = [whole.features, torch.nn.Flatten()]
if features == "fc2":
    parts += [whole.classifier[:5]]
model = torch.nn.Sequential(*parts)
x = torch.randn(batch, 3, 224, 224)


def extract():
    with torch.inference_mode():
        model(x)


serve(extract)
