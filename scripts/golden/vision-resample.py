"""Hashes of Pillow's Image.resize for 200 random sizes, every filter, up and down.

Writes packages/vision/src/golden/resample.json. Needs Pillow and numpy:
    /usr/bin/python3 scripts/golden/vision-resample.py
"""

import hashlib
import json
import pathlib
import random

import numpy as np
import PIL
from PIL import Image

FILTERS = ["nearest", "box", "bilinear", "hamming", "bicubic", "lanczos"]
MODES = {1: "L", 3: "RGB", 4: "CMYK"}
OUT = pathlib.Path(__file__).parents[2] / "packages/vision/src/golden/resample.json"


def noise(seed, width, height, channels):
    """byte i = the top byte of (i + 1000003 * seed) * 2654435761 modulo 2^32."""
    index = np.arange(width * height * channels, dtype=np.uint64) + np.uint64(1000003 * seed)
    return ((index * np.uint64(2654435761)) % np.uint64(2**32) >> np.uint64(24)).astype(np.uint8)


def picture(data, width, height, channels):
    shape = (height, width) if channels == 1 else (height, width, channels)
    return Image.fromarray(data.reshape(shape), MODES[channels])


def case(seed, rng):
    # Wide and narrow, tiny and large, and sometimes one side that stays as it is.
    width, height, out_width, out_height = (int(2 ** rng.uniform(0, 7.6)) for _ in range(4))
    if rng.random() < 0.1:
        out_width = width
    if rng.random() < 0.1:
        out_height = height
    channels = rng.choice([1, 3, 3, 3, 4])
    source = picture(noise(seed, width, height, channels), width, height, channels)
    hashes = {}
    for name in FILTERS:
        result = source.resize((out_width, out_height), Image.Resampling[name.upper()])
        hashes[name] = hashlib.sha256(result.tobytes()).hexdigest()[:16]
    return {"size": [width, height], "to": [out_width, out_height], "channels": channels, "sha256": hashes}


def main():
    rng = random.Random(20)
    cases = [case(seed, rng) for seed in range(200)]
    lines = ",\n".join(json.dumps(entry) for entry in cases)
    head = f'"command": "/usr/bin/python3 scripts/golden/vision-resample.py", "pillow": "{PIL.__version__}"'
    OUT.write_text("{" + head + ', "cases": [\n' + lines + "\n]}\n")


main()
