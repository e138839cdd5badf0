"""PyTorch's side of extract-folder.ts: VGG-16's 25,088 features of a folder of pictures.

/usr/bin/python3 extract-folder.py weights PATH          writes torchvision's random weights, seed 0
/usr/bin/python3 extract-folder.py extract PATH FOLDER   prints {"count", "seconds"} as JSON

Seconds are from the start of the program's work to the features on the disk, the import of torch included.
"""

import time

started = time.perf_counter()

import json
import pathlib
import sys
import tempfile

import numpy as np
import torch
import torchvision
from PIL import Image
from torchvision import transforms

torch.set_num_threads(2)
torch.manual_seed(0)

if sys.argv[1] == "weights":
    torch.save(torchvision.models.vgg16().state_dict(), sys.argv[2])
    sys.exit()

with torch.inference_mode():
    network = torchvision.models.vgg16(init_weights=False).eval()
    network.load_state_dict(torch.load(sys.argv[2]))
    view = transforms.Compose(
        [
            transforms.Resize(256),
            transforms.CenterCrop(224),
            transforms.ToTensor(),
            transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
        ]
    )
    files = sorted(pathlib.Path(sys.argv[3]).rglob("*.jpg"))
    rows = []
    for start in range(0, len(files), 8):
        batch = [view(Image.open(file).convert("RGB")) for file in files[start : start + 8]]
        rows.append(network.features(torch.stack(batch)).flatten(1).numpy())
    with tempfile.NamedTemporaryFile(suffix=".npy") as file:
        np.save(file, np.concatenate(rows))
print(json.dumps({"count": len(files), "seconds": time.perf_counter() - started}))
