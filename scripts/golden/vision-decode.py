"""Small pictures of every kind, made here from a formula, with the hash of what Pillow decodes.

Writes packages/vision/src/golden/decode.json. Needs Pillow and numpy:
    /usr/bin/python3 scripts/golden/vision-decode.py
"""

import base64
import hashlib
import io
import json
import pathlib

import numpy as np
import PIL
from PIL import Image, ImageOps

OUT = pathlib.Path(__file__).parents[2] / "packages/vision/src/golden/decode.json"
WIDTH, HEIGHT = 37, 23


def waves(bits=8):
    """Three smooth planes that differ, so that a swapped channel or a wrong turn shows."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    planes = [np.sin(x / 5 + y / 9), np.cos(x / 3 - y / 4), np.sin(x * y / 50)]
    top = 2**bits - 1
    return np.clip(np.stack(planes, 2) * top / 2 + top / 2, 0, top).astype(f"uint{bits}")


def encode(picture, kind, **options):
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def oriented(turn, kind="JPEG"):
    exif = Image.Exif()
    exif[0x112] = turn
    return encode(Image.fromarray(waves()), kind, exif=exif)


def over_white(rgba):
    """Alpha over white, rounded down as libvips does with whole numbers."""
    colour, alpha = rgba[..., :3].astype(np.int64), rgba[..., 3:].astype(np.int64)
    return (colour * alpha + 255 * (255 - alpha)) // 255


def files():
    rgb = Image.fromarray(waves())
    yield "rgb.jpg", encode(rgb, "JPEG", quality=90), None
    yield "rgb-444.jpg", encode(rgb, "JPEG", quality=95, subsampling=0), None
    yield "progressive.jpg", encode(rgb, "JPEG", progressive=True), None
    yield "grey.jpg", encode(rgb.convert("L"), "JPEG"), None
    yield "cmyk.jpg", encode(rgb.convert("CMYK"), "JPEG"), None
    for turn in range(1, 9):
        yield f"orientation-{turn}.jpg", oriented(turn), None
    yield "orientation-6.png", oriented(6, "PNG"), None
    yield "rgb.png", encode(rgb, "PNG"), None
    yield "grey.png", encode(rgb.convert("L"), "PNG"), None
    yield "palette.png", encode(rgb.convert("P"), "PNG"), None
    yield "one-bit.png", encode(rgb.convert("1"), "PNG"), None
    yield "rgb.webp", encode(rgb, "WEBP", lossless=True), None
    yield "rgb.tif", encode(rgb, "TIFF"), None
    yield "cmyk.tif", encode(rgb.convert("CMYK"), "TIFF"), None
    yield "palette.gif", encode(rgb.convert("P"), "GIF"), None
    deep = waves(16)[..., 0]
    yield "grey-16.png", encode(Image.fromarray(deep), "PNG"), np.repeat(deep[..., None] >> 8, 3, 2)
    rgba = np.dstack([waves(), waves()[..., 1]])
    yield "alpha.png", encode(Image.fromarray(rgba), "PNG"), over_white(rgba)


def entry(name, data, expected):
    if expected is None:
        picture = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
        expected = np.array(picture)
    pixels = np.ascontiguousarray(expected.astype(np.uint8))
    return {
        "name": name,
        "file": base64.b64encode(data).decode(),
        "size": [pixels.shape[1], pixels.shape[0]],
        "sha256": hashlib.sha256(pixels.tobytes()).hexdigest()[:16],
        "first": pixels.reshape(-1)[:6].tolist(),
    }


def main():
    lines = ",\n".join(json.dumps(entry(*file)) for file in files())
    head = f'"command": "/usr/bin/python3 scripts/golden/vision-decode.py", "pillow": "{PIL.__version__}"'
    OUT.write_text("{" + head + ', "files": [\n' + lines + "\n]}\n")


main()
