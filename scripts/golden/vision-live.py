"""Compares decoding, resizing and cropping with Pillow and torchvision on pictures of your own.

Needs Pillow, torchvision and a built packages/vision (pnpm build):
    /usr/bin/python3 scripts/golden/vision-live.py FOLDER [short side, default 256] [crop, default 224]
Prints each picture that differs and how many are the same to the byte; exits with 1 if any differs.
"""

import hashlib
import json
import pathlib
import subprocess
import sys

import numpy as np
from PIL import Image, ImageOps
from torchvision import transforms
from torchvision.transforms import InterpolationMode

ROOT = pathlib.Path(__file__).parents[2]
ENDINGS = {".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff"}
FILTERS = ["bilinear", "bicubic", "lanczos"]

NODE = """
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { preprocess, preprocessStyle } from "%(root)s/packages/vision/dist/index.js";
import { decodePicture } from "%(root)s/packages/vision/dist/node.js";
const hash = (data) => createHash("sha256").update(data).digest("hex");
const [pixels, size] = [%(short)d, %(crop)d];
for await (const path of createInterface({ input: process.stdin })) {
  const picture = await decodePicture(path).catch(() => undefined);
  const options = preprocessStyle("torch", { size: [size, size], resize: { kind: "short-side", pixels } });
  const filters = %(filters)s.map((f) => picture && hash(preprocess(picture, { ...options, interpolation: f }).data));
  console.log(JSON.stringify([path, picture ? hash(picture.data) : null, ...filters]));
}
"""


def opaque(picture):
    return not (picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info)


def reference(path, short, crop):
    picture = Image.open(path)
    if not opaque(picture) or picture.mode.startswith("I"):
        return None
    picture = ImageOps.exif_transpose(picture).convert("RGB")
    views = [picture]
    for name in FILTERS:
        resize = transforms.Resize(short, InterpolationMode(name))
        views.append(transforms.CenterCrop(crop)(resize(picture)))
    return [hashlib.sha256(np.array(view).tobytes()).hexdigest() for view in views]


def main():
    folder = pathlib.Path(sys.argv[1])
    short, crop = (int(sys.argv[i]) if len(sys.argv) > i else d for i, d in ((2, 256), (3, 224)))
    paths = sorted(str(p.resolve()) for p in folder.rglob("*") if p.suffix.lower() in ENDINGS)
    script = NODE % {"root": ROOT, "short": short, "crop": crop, "filters": json.dumps(FILTERS)}
    command = ["node", "--input-type=module", "-e", script]
    run = subprocess.run(command, input="\n".join(paths), text=True, capture_output=True, check=True)
    same, different, left_out = 0, 0, 0
    for path, *hashes in map(json.loads, run.stdout.splitlines()):
        expected = reference(path, short, crop)
        if expected is None:
            left_out += 1
        elif hashes == expected:
            same += 1
        else:
            different += 1
            steps = ["decoding", *FILTERS]
            print(f"{path}: {[s for s, a, b in zip(steps, hashes, expected) if a != b]}")
    print(f"{same} the same, {different} different, {left_out} left out (transparent or 16-bit grey)")
    sys.exit(1 if different else 0)


main()
