"""How often copies of real pictures are known, and unrelated pictures taken for copies.

The measure of packages/vision/src/dataset/find-duplicates.ts (a hash of 64 bits and a thumbnail), in Python:
vision-sketch.py shows that the hashes are the same. Needs the pictures of ../shared/data/images, Pillow,
numpy and scipy; takes some minutes. The thresholds were chosen on these very sets, so the rates are those
of the choice, not of pictures never seen.
    /usr/bin/python3 scripts/measure-duplicates.py
"""

import io
import pathlib

import numpy as np
from PIL import Image
from scipy.fft import dctn

ROOT = pathlib.Path(__file__).parents[2] / "shared/data/images"
SETS = {
    "imagenet-sample-1000": 1000,
    "flower-photos-subset": 225,
    "cats-vs-dogs-subset": 120,
    "sign-language-digits": 700,
    "caltech101-112": 1500,
    "pacs-subset40": 1120,
}


def spread(items, most):
    """Evenly chosen ones, at most so many."""
    return items[:: max(1, len(items) // most)][:most]


def read(path):
    picture = Image.open(path).convert("RGB")
    if max(picture.size) > 512:
        picture.thumbnail((512, 512), Image.BOX)
    return picture


def bits(picture):
    grey = np.asarray(picture.resize((32, 32), Image.BOX), dtype=float) @ np.array([0.299, 0.587, 0.114])
    low = dctn(grey, norm="ortho")[:8, :8].ravel()
    found = low > np.median(low[1:])
    found[0] = False
    return found.astype(np.int32)


def thumbnail(picture):
    pixels = np.asarray(picture.resize((16, 16), Image.BOX), dtype=float).ravel()
    pixels -= pixels.mean()
    return pixels / max(np.linalg.norm(pixels), 1e-9)


def again(picture, quality=50):
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return Image.open(io.BytesIO(buffer.getvalue())).convert("RGB")


def half(picture):
    return picture.resize([max(1, side // 2) for side in picture.size], Image.LANCZOS)


def cut(share):
    def crop(picture):
        width, height = picture.size
        x, y = round(width * share), round(height * share)
        return picture.crop((x, y, width - x, height - y))

    return crop


def brighter(picture):
    return Image.fromarray(np.clip(np.asarray(picture) * 1.15, 0, 255).astype(np.uint8))


COPIES = {
    "jpeg 50": again,
    "half": half,
    "half, jpeg 70": lambda p: again(half(p), 70),
    "brighter": brighter,
    "cut 1 %": cut(0.01),
    "cut 2.5 %": cut(0.025),
    "cut 5 %": cut(0.05),
}

for name, most in SETS.items():
    endings = {".jpg", ".jpeg", ".png"}
    paths = spread(sorted(p for p in (ROOT / name).rglob("*") if p.suffix.lower() in endings), most)
    pictures = [read(path) for path in paths]
    hashes = np.array([bits(p) for p in pictures])
    small = np.array([thumbnail(p) for p in pictures])
    ones = hashes.sum(1)
    distance = ones[:, None] + ones[None] - 2 * hashes @ hashes.T
    taken = np.triu((distance <= 10) & (small @ small.T >= 0.9), 1)
    print(f"{name}: {taken.sum()} of {len(pictures) * (len(pictures) - 1) // 2} pairs taken for copies", flush=True)
    some = spread(list(range(len(pictures))), 200)
    for copy, make in COPIES.items():
        made = [make(pictures[at]) for at in some]
        apart = np.abs(hashes[some] - np.array([bits(p) for p in made])).sum(1)
        alike = (small[some] * np.array([thumbnail(p) for p in made])).sum(1)
        print(f"  {copy}: {((apart <= 10) & (alike >= 0.9)).mean():.3f} known", flush=True)
