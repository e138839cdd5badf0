"""Arrays of Keras's layers laid out for PyTorch by numpy, and a dense layer on a flattened map.

/usr/bin/python3 scripts/golden/conversions.py > packages/core/src/weights/conversions/golden/layouts.json
"""

import json

import numpy as np
from formula import rounded, values

import torch
import torch.nn.functional as F


def case(layout, shape, convert):
    source = values(layout, shape).numpy()
    result = convert(source)
    return {"layout": layout, "from": list(shape), "shape": list(result.shape), "values": result.flatten().tolist()}


def depthwise(kernel):
    """Keras: output channel c * M + m is channel c by its filter m."""
    h, w, channels, multiplier = kernel.shape
    return np.stack([kernel[:, :, c, m] for c in range(channels) for m in range(multiplier)])[:, None]


def flat_map(kernel):
    rows = kernel.reshape(7, 7, -1, kernel.shape[1])
    return np.stack([rows[..., unit].transpose(2, 0, 1).reshape(-1) for unit in range(kernel.shape[1])])


CASES = [
    case("conv", (3, 2, 5, 4), lambda kernel: kernel.transpose(3, 2, 0, 1)),
    case("conv", (1, 1, 33, 34), lambda kernel: kernel.transpose(3, 2, 0, 1)),
    case("depthwise", (3, 3, 4, 1), depthwise),
    case("depthwise", (3, 2, 3, 2), depthwise),
    case("linear", (35, 37), lambda kernel: kernel.T),
    case("pointwise-linear", (1, 1, 6, 5), lambda kernel: kernel[0, 0].T),
    case("flat-map-7x7", (49 * 2, 3), flat_map),
    case("rows", (3, 2, 2, 2), lambda kernel: kernel.reshape(3, 8)),
]

channels_last = values("map", (7, 7, 2)).double()
dense = channels_last.reshape(-1) @ values("flat-map-7x7", (98, 3)).double()

# A separable layer as TensorFlow computes it, against torch with the converted filters.
picture = values("picture", (1, 5, 5, 3)).double()
kernel = values("depthwise", (3, 2, 3, 2)).double()
torch_filter = torch.tensor(depthwise(kernel.numpy()))
by_torch = F.conv2d(picture.permute(0, 3, 1, 2), torch_filter, groups=3)
by_hand = torch.zeros(1, 3, 4, 6, dtype=torch.float64)
for row in range(3):
    for column in range(4):
        patch = picture[0, row : row + 3, column : column + 2]
        by_hand[0, row, column] = torch.einsum("hwc,hwcm->cm", patch, kernel).reshape(-1)
assert torch.allclose(by_torch.permute(0, 2, 3, 1), by_hand)

print(
    json.dumps(
        {
            "command": "/usr/bin/python3 scripts/golden/conversions.py",
            "cases": CASES,
            "dense": rounded(dense),
        }
    )
)
