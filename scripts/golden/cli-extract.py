"""The flattened maps of one picture in a narrow VGG-16, by Pillow and torchvision.

The picture's bytes and the weights are formula.py's values.

/usr/bin/python3 scripts/golden/cli-extract.py > apps/cli/src/golden/extract.json
"""

import json

import torch
from formula import rounded, values
from PIL import Image
from torch import nn
from torchvision import transforms
from torchvision.models.vgg import VGG, make_layers

WIDTHS = [2, 3, 4, 4, 5]
BLOCKS = [2, 2, 3, 3, 3]
WIDTH, HEIGHT = 90, 70

layers = [item for count, width in zip(BLOCKS, WIDTHS) for item in [width] * count + ["M"]]
net = VGG(make_layers(layers)).eval()
state = net.features.state_dict()
for key, old in state.items():
    bound = (6 / old[0].numel()) ** 0.5 if old.dim() > 1 else 0.3
    state[key] = values(f"features.{key}", tuple(old.shape), -bound, bound)
net.features.load_state_dict(state)
net.double()

pixels = values("picture", (HEIGHT, WIDTH, 3), 0, 256).floor().byte().numpy()
view = transforms.Compose(
    [
        transforms.Resize(256),
        transforms.CenterCrop(224),
        transforms.ToTensor(),
        transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    ]
)
with torch.no_grad():
    maps = net.features(view(Image.fromarray(pixels))[None].double())
print(
    json.dumps(
        {
            "command": "/usr/bin/python3 scripts/golden/cli-extract.py",
            "blocks": BLOCKS,
            "widths": WIDTHS,
            "picture": [HEIGHT, WIDTH],
            "features": rounded(nn.Flatten()(maps), 7),
        }
    )
)
