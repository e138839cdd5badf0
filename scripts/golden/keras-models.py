"""Small networks with Keras Applications' names, layouts and arithmetic, computed by PyTorch in float64.

Weights are formula.py's values under Keras's names; maps go channels last wherever Keras flattens them.

/usr/bin/python3 scripts/golden/keras-models.py > packages/core/src/weights/conversions/golden/models.json
"""

import json

import torch
import torch.nn.functional as F
from formula import rounded, values

SPANS = {"moving_variance": (0.5, 2.0), "gamma": (0.5, 1.5)}


class Weights:
    def __init__(self, name):
        self.name = name
        self.shapes = {}

    def get(self, key, shape):
        self.shapes[key] = list(shape)
        span = SPANS.get(key.split("/")[-1], (-0.5, 0.5))
        return values(f"{self.name}/{key}", shape, *span).double()

    def conv(self, layer, x, out, size, stride=1, padding="same"):
        """Kernels are height, width, in, out."""
        kernel = self.get(f"{layer}/kernel", (size, size, x.shape[1], out))
        bias = self.get(f"{layer}/bias", (out,))
        return F.conv2d(x, kernel.permute(3, 2, 0, 1), bias, stride=stride, padding=padding)

    def norm(self, layer, x, epsilon):
        gamma, beta, mean, variance = (
            self.get(f"{layer}/{part}", (x.shape[1],)) for part in ("gamma", "beta", "moving_mean", "moving_variance")
        )
        return F.batch_norm(x, mean, variance, gamma, beta, eps=epsilon)

    def dense(self, layer, x, out):
        kernel = self.get(f"{layer}/kernel", (x.shape[-1], out))
        return x @ kernel + self.get(f"{layer}/bias", (out,))


def picture(name, size):
    """Given channels last, as our models take it; computed channels first."""
    return values(f"{name}/picture", (1, size, size, 3)).double().permute(0, 3, 1, 2)


def vgg(blocks, widths, hidden, classes):
    weights = Weights("vgg")
    x = picture("vgg", 7 * 2 ** len(blocks))
    for block, (count, width) in enumerate(zip(blocks, widths), 1):
        for index in range(1, count + 1):
            x = F.relu(weights.conv(f"block{block}_conv{index}", x, width, 3))
        x = F.max_pool2d(x, 2)
    x = x.permute(0, 2, 3, 1).reshape(1, -1)
    x = F.relu(weights.dense("fc1", x, hidden))
    x = F.relu(weights.dense("fc2", x, hidden))
    return weights, weights.dense("predictions", x, classes)


def resnet(blocks, widths, classes):
    weights, epsilon = Weights("resnet"), 1.001e-5
    x = picture("resnet", 32)
    x = weights.conv("conv1_conv", F.pad(x, (3, 3, 3, 3)), widths[0], 7, stride=2, padding="valid")
    x = F.relu(weights.norm("conv1_bn", x, epsilon))
    x = F.max_pool2d(F.pad(x, (1, 1, 1, 1)), 3, stride=2)
    for stack, (count, width) in enumerate(zip(blocks, widths), 2):
        for index in range(1, count + 1):
            name = f"conv{stack}_block{index}"
            stride = 2 if index == 1 and stack > 2 else 1
            shortcut = x
            if index == 1:
                shortcut = weights.conv(f"{name}_0_conv", x, 4 * width, 1, stride, "valid")
                shortcut = weights.norm(f"{name}_0_bn", shortcut, epsilon)
            x = weights.conv(f"{name}_1_conv", x, width, 1, stride, "valid")
            x = F.relu(weights.norm(f"{name}_1_bn", x, epsilon))
            x = weights.conv(f"{name}_2_conv", x, width, 3)
            x = F.relu(weights.norm(f"{name}_2_bn", x, epsilon))
            x = weights.conv(f"{name}_3_conv", x, 4 * width, 1, 1, "valid")
            x = F.relu(weights.norm(f"{name}_3_bn", x, epsilon) + shortcut)
    return weights, weights.dense("predictions", x.mean((2, 3)), classes)


def case(config, size, result):
    weights, logits = result
    return {"config": config, "size": size, "shapes": weights.shapes, "logits": rounded(logits)}


def main():
    v1 = {"block": "bottleneck", "bottleneck_stride": "1x1", "conv_bias": True, "bn_eps": 1.001e-5}
    print(
        json.dumps(
            {
                "command": "/usr/bin/python3 scripts/golden/keras-models.py",
                "vgg": case(
                    {"architecture": "vgg", "blocks": [1, 2], "widths": [4, 6], "hidden_width": 8, "num_classes": 5},
                    28,
                    vgg([1, 2], [4, 6], 8, 5),
                ),
                "resnet": case(
                    {"architecture": "resnet", "blocks": [2, 1], "widths": [4, 6], "num_classes": 5, **v1},
                    32,
                    resnet([2, 1], [4, 6], 5),
                ),
            }
        )
    )


main()
