"""Hashes of torchvision's Resize(short side) and CenterCrop on Pillow pictures, and normalised pixels.

Writes packages/vision/src/golden/preprocess.json. Needs torchvision, Pillow and numpy:
    /usr/bin/python3 scripts/golden/vision-preprocess.py
"""

import hashlib
import json
import pathlib
import random

import numpy as np
import torchvision
from PIL import Image
from torchvision import transforms
from torchvision.transforms import InterpolationMode

FILTERS = ["bilinear", "bicubic", "nearest", "lanczos"]
OUT = pathlib.Path(__file__).parents[2] / "packages/vision/src/golden/preprocess.json"


def noise(seed, width, height):
    """byte i = the top byte of (i + 1000003 * seed) * 2654435761 modulo 2^32."""
    index = np.arange(width * height * 3, dtype=np.uint64) + np.uint64(1000003 * seed)
    return ((index * np.uint64(2654435761)) % np.uint64(2**32) >> np.uint64(24)).astype(np.uint8)


def case(seed, rng):
    width, height = rng.randint(5, 130), rng.randint(5, 130)
    short, size = rng.randint(8, 70), rng.randint(8, 64)
    name = rng.choice(FILTERS)
    picture = Image.fromarray(noise(seed, width, height).reshape(height, width, 3))
    steps = [transforms.Resize(short, InterpolationMode(name)), transforms.CenterCrop(size)]
    result = np.array(transforms.Compose(steps)(picture))
    return {
        "from": [width, height],
        "short": short,
        "size": size,
        "interpolation": name,
        "sha256": hashlib.sha256(result.tobytes()).hexdigest()[:16],
    }


def normalized(mean, std):
    picture = Image.fromarray(noise(7, 4, 3).reshape(3, 4, 3))
    tensor = transforms.Normalize(mean, std)(transforms.ToTensor()(picture))
    values = [round(value, 7) for value in tensor.permute(1, 2, 0).flatten().tolist()]
    return {"mean": mean, "std": std, "values": values}


def main():
    rng = random.Random(11)
    lines = ",\n".join(json.dumps(case(seed, rng)) for seed in range(80))
    norms = json.dumps([normalized([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]), normalized([0.5] * 3, [0.5] * 3)])
    head = (
        '"command": "/usr/bin/python3 scripts/golden/vision-preprocess.py", '
        f'"torchvision": "{torchvision.__version__}", "normalized": {norms}'
    )
    OUT.write_text("{" + head + ', "cases": [\n' + lines + "\n]}\n")


main()
