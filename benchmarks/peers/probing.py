"""PyTorch's side of probing.ts: the usual loop, which decodes every picture and runs the frozen trunk in every epoch.
Arguments: CSV (path,label; a picture a line, the split in a third column), WEIGHTS (safetensors), EPOCHS, RATE.
Prints one JSON line {"seconds": s, "accuracy": a, "peakMB": n}."""
import csv
import json
import resource
import struct
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
import torchvision
from PIL import Image
from torch import nn
from torchvision import transforms

torch.set_num_threads(2)
torch.manual_seed(0)
table, weights, epochs, rate = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])


def load_safetensors(path):
    with open(path, "rb") as file:
        data = file.read()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    kinds = {"F32": np.float32, "I64": np.int64}
    tensors = {}
    for name, entry in header.items():
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        array = np.frombuffer(data[start:end], kinds[entry["dtype"]]).reshape(entry["shape"])
        tensors[name] = torch.tensor(array.copy())
    return tensors


class SamePadding(nn.Module):
    """TensorFlow's SAME padding before a convolution without any."""

    def __init__(self, convolution):
        super().__init__()
        self.convolution = convolution
        convolution.padding = (0, 0)

    def forward(self, x):
        kernel, stride = self.convolution.kernel_size[0], self.convolution.stride[0]
        pads = []
        for size in (x.shape[3], x.shape[2]):
            total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
            pads += [total // 2, total - total // 2]
        return self.convolution(F.pad(x, pads))


class Pictures(torch.utils.data.Dataset):
    def __init__(self, rows):
        self.rows = rows
        self.transform = transforms.Compose(
            [
                transforms.Resize(256),
                transforms.CenterCrop(224),
                transforms.ToTensor(),
                transforms.Normalize([0.5] * 3, [0.5] * 3),
            ]
        )

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        path, label, _ = self.rows[index]
        return self.transform(Image.open(path).convert("RGB")), int(label)


with open(table) as file:
    rows = list(csv.reader(file))
train = torch.utils.data.DataLoader(
    Pictures([row for row in rows if row[2] == "train"]), batch_size=32, shuffle=True
)
test = torch.utils.data.DataLoader(Pictures([row for row in rows if row[2] == "test"]), batch_size=32)
classes = len({row[1] for row in rows})

started = time.perf_counter()
model = torchvision.models.mobilenet_v2()
model.load_state_dict(load_safetensors(weights))
for module in list(model.modules()):
    for name, child in list(module.named_children()):
        if isinstance(child, nn.Conv2d) and child.kernel_size[0] > 1:
            setattr(module, name, SamePadding(child))
model.requires_grad_(False)
model.classifier[1] = nn.Linear(1280, classes)
model.eval()
optimizer = torch.optim.AdamW(model.classifier[1].parameters(), lr=rate, weight_decay=0.05)
steps = epochs * len(train)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
for epoch in range(epochs):
    for x, y in train:
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimizer.step()
        schedule.step()
seconds = time.perf_counter() - started

right = total = 0
with torch.inference_mode():
    for x, y in test:
        right += (model(x).argmax(1) == y).sum().item()
        total += len(y)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps({"seconds": seconds, "accuracy": right / total, "peakMB": peak}))
