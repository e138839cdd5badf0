"""Hashes of torchvision's picture operations on Pillow pictures: colours, geometry, tone.

Writes packages/vision/src/golden/augment.json. Needs torchvision, Pillow and numpy:
    /usr/bin/python3 scripts/golden/vision-augment.py
"""

import hashlib
import json
import math
import pathlib

import numpy as np
import torchvision
from PIL import Image
from torchvision.transforms import functional as F

OUT = pathlib.Path(__file__).parents[2] / "packages/vision/src/golden/augment.json"
WIDTH, HEIGHT = 61, 47


def noise():
    """byte i = the top byte of (i + 5000015) * 2654435761 modulo 2^32, seed 5 of the other goldens."""
    index = np.arange(WIDTH * HEIGHT * 3, dtype=np.uint64) + np.uint64(5000015)
    flat = ((index * np.uint64(2654435761)) % np.uint64(2**32) >> np.uint64(24)).astype(np.uint8)
    return flat.reshape(HEIGHT, WIDTH, 3)


def shear(x, y):
    degrees = [math.degrees(math.atan(x)), math.degrees(math.atan(y))]
    return lambda p: F.affine(p, angle=0.0, translate=[0, 0], scale=1.0, shear=degrees, center=[0, 0])


def translate(x, y):
    return lambda p: F.affine(p, angle=0.0, translate=[x, y], scale=1.0, shear=[0.0, 0.0])


def operations():
    for factor in [0.1, 0.73, 1.0, 1.4, 1.9]:
        yield "brightness", factor, lambda p: F.adjust_brightness(p, factor)
        yield "contrast", factor, lambda p: F.adjust_contrast(p, factor)
        yield "saturation", factor, lambda p: F.adjust_saturation(p, factor)
        yield "sharpness", factor, lambda p: F.adjust_sharpness(p, factor)
    for turn in [-0.5, -0.21, 0.0, 0.05, 0.4]:
        yield "hue", turn, lambda p: F.adjust_hue(p, turn)
    for degrees in [-30.0, -7.3, 0.0, 12.0, 90.0]:
        yield "rotate", degrees, lambda p: F.rotate(p, degrees)
    for amount in [-0.3, 0.11]:
        yield "shearX", amount, shear(amount, 0)
        yield "shearY", amount, shear(0, amount)
    for pixels in [-9, 4]:
        yield "translateX", pixels, translate(pixels, 0)
        yield "translateY", pixels, translate(0, pixels)
    for bits in [4, 6, 8]:
        yield "posterize", bits, lambda p: F.posterize(p, bits)
    for threshold in [0.0, 100.5, 255.0]:
        yield "solarize", threshold, lambda p: F.solarize(p, threshold)
    yield "autoContrast", 0, F.autocontrast
    yield "equalize", 0, F.equalize
    yield "flip", 0, F.hflip


def entry(picture, name, value, apply):
    result = np.array(apply(picture))
    return {"name": name, "value": value, "sha256": hashlib.sha256(result.tobytes()).hexdigest()[:16]}


def main():
    pictures = {"noise": noise(), "soft": noise() // 3 + 60}
    cases = [
        {"picture": kind, **entry(Image.fromarray(data), *operation)}
        for kind, data in pictures.items()
        for operation in operations()
    ]
    lines = ",\n".join(json.dumps(case) for case in cases)
    head = (
        '"command": "/usr/bin/python3 scripts/golden/vision-augment.py", '
        f'"torchvision": "{torchvision.__version__}", "size": [{WIDTH}, {HEIGHT}]'
    )
    OUT.write_text("{" + head + ', "cases": [\n' + lines + "\n]}\n")


main()
