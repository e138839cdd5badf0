"""Loads a safetensors file that was written here into torchvision's network, strictly, and saves it again.

/usr/bin/python3 scripts/golden/round-trip.py FOLDER

Reads FOLDER/model.safetensors; writes zip.pth and legacy.pth, and prints the logits as JSON.
"""

import json
import struct
import sys
from pathlib import Path

import torch
from formula import values
from torchvision.models.resnet import BasicBlock, ResNet

DTYPES = {"F32": torch.float32, "I64": torch.int64}


def read_safetensors(path):
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        flat = torch.frombuffer(bytearray(data[start:end]), dtype=DTYPES[entry["dtype"]])
        tensors[name] = flat.reshape(entry["shape"])
    return tensors


folder = Path(sys.argv[1])
torch.set_num_threads(1)
net = ResNet(BasicBlock, [1, 1, 1, 1], num_classes=5)
net.load_state_dict(read_safetensors(folder / "model.safetensors"), strict=True)
net.eval()
with torch.no_grad():
    logits = net(values("input", (2, 3, 32, 32), -1, 1))
torch.save(net.state_dict(), folder / "zip.pth")
torch.save({"state_dict": net.state_dict()}, folder / "legacy.pth", _use_new_zipfile_serialization=False)
print(json.dumps(logits.flatten().tolist()))
