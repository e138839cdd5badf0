"""Golden perceptual hashes: Pillow's box resize, scipy's cosine transform, numpy's median.

/usr/bin/python3 scripts/golden/vision-sketch.py > packages/vision/src/golden/sketch.json
"""

import json

import numpy as np
import PIL
import scipy
from PIL import Image
from scipy.fft import dctn


def noise(seed, width, height):
    """The same bytes as `noisePicture` in packages/vision/src/testing.ts."""
    index = np.arange(width * height * 3, dtype=np.uint64) + np.uint64(1000003 * seed)
    top = (index * np.uint64(2654435761) & np.uint64(0xFFFFFFFF)) >> np.uint64(24)
    return Image.fromarray(top.astype(np.uint8).reshape(height, width, 3))


def words(picture):
    grey = np.asarray(picture.resize((32, 32), Image.BOX), dtype=float) @ np.array([0.299, 0.587, 0.114])
    low = dctn(grey, norm="ortho")[:8, :8].ravel()
    bits = low > np.median(low[1:])
    bits[0] = False
    return [int(sum(int(bit) << place for place, bit in enumerate(bits[at : at + 16]))) for at in range(0, 64, 16)]


sizes = [(1, 40, 30), (2, 33, 70), (3, 8, 5), (4, 100, 100)]
print(
    json.dumps(
        {
            "command": "/usr/bin/python3 scripts/golden/vision-sketch.py",
            "pillow": PIL.__version__,
            "scipy": scipy.__version__,
            "cases": [
                {"seed": seed, "width": width, "height": height, "hash": words(noise(seed, width, height))}
                for seed, width, height in sizes
            ],
        },
        separators=(",", ":"),
    )
)
