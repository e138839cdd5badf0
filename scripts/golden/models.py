"""Logits, gradients and running statistics of torchvision's networks, small, with weights by formula.

Computed in float64, so that only the differences of the side under test count.

/usr/bin/python3 scripts/golden/models.py > packages/core/src/models/golden/models.json

Gradients and statistics are held as two numbers an array: its length, and its product with numbers by formula.
"""

import json

import torch
import torch.nn.functional as F
from formula import rounded, values
from torch import nn
from torchvision.models import VGG, MobileNetV2, SqueezeNet
from torchvision.models._utils import _make_divisible
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet
from torchvision.models.vgg import make_layers

CLASSES = 5
LABELS = [1, 4, 1]


def resnet(block, blocks, widths, stem, groups=1, base_width=64):
    """torchvision's ResNet with other widths than its own, and the stems that timm knows."""
    net = ResNet.__new__(ResNet)
    nn.Module.__init__(net)
    net._norm_layer = nn.BatchNorm2d
    net.inplanes, net.dilation, net.groups, net.base_width = widths[0], 1, groups, base_width
    half = -(-widths[0] // 2)
    net.conv1 = {
        "imagenet": lambda: nn.Conv2d(3, widths[0], 7, 2, 3, bias=False),
        "cifar": lambda: nn.Conv2d(3, widths[0], 3, 1, 1, bias=False),
        "deep": lambda: nn.Sequential(
            nn.Conv2d(3, half, 3, 2, 1, bias=False),
            nn.BatchNorm2d(half),
            nn.ReLU(),
            nn.Conv2d(half, half, 3, 1, 1, bias=False),
            nn.BatchNorm2d(half),
            nn.ReLU(),
            nn.Conv2d(half, widths[0], 3, 1, 1, bias=False),
        ),
    }[stem]()
    net.bn1 = nn.BatchNorm2d(widths[0])
    net.relu = nn.ReLU()
    net.maxpool = nn.Identity() if stem == "cifar" else nn.MaxPool2d(3, 2, 1)
    for index, (count, width) in enumerate(zip(blocks, widths)):
        setattr(net, f"layer{index + 1}", net._make_layer(block, width, count, stride=1 if index == 0 else 2))
    net.avgpool = nn.AdaptiveAvgPool2d(1)
    net.fc = nn.Linear(widths[-1] * block.expansion, CLASSES)
    return net


class CifarBlock(nn.Module):
    """He et al. 2016, with the shortcut without weights."""

    def __init__(self, channels, out, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(channels, out, 3, stride, 1, bias=False), nn.BatchNorm2d(out)
        self.conv2, self.bn2 = nn.Conv2d(out, out, 3, 1, 1, bias=False), nn.BatchNorm2d(out)
        self.stride, self.missing = stride, out - channels

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        x = x[:, :, :: self.stride, :: self.stride]
        before = self.missing // 2
        return F.relu(y + F.pad(x, (0, 0, 0, 0, before, self.missing - before)))


class CifarResNet(nn.Module):
    def __init__(self, blocks, widths):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, widths[0], 3, 1, 1, bias=False), nn.BatchNorm2d(widths[0])
        before = widths[0]
        for layer, width in enumerate(widths):
            made = []
            for index in range(blocks):
                made.append(CifarBlock(before, width, 2 if layer > 0 and index == 0 else 1))
                before = width
            setattr(self, f"layer{layer + 1}", nn.Sequential(*made))
        self.linear = nn.Linear(widths[-1], CLASSES)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.linear(x.mean((2, 3)))


def vgg(blocks, widths, hidden, batch_norm):
    """torchvision's VGG with other widths than its own."""
    layers = [entry for count, width in zip(blocks, widths) for entry in [width] * count + ["M"]]
    net = VGG(make_layers(layers, batch_norm), num_classes=CLASSES, init_weights=False)
    net.classifier[0] = nn.Linear(49 * widths[-1], hidden)
    net.classifier[3] = nn.Linear(hidden, hidden)
    net.classifier[6] = nn.Linear(hidden, CLASSES)
    return net


class MobileBlock(nn.Module):
    def __init__(self, channels, out, stride):
        super().__init__()
        self.conv_dw = nn.Conv2d(channels, channels, 3, stride, 1, groups=channels, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv_pw, self.bn2 = nn.Conv2d(channels, out, 1, bias=False), nn.BatchNorm2d(out)

    def forward(self, x):
        return F.relu6(self.bn2(self.conv_pw(F.relu6(self.bn1(self.conv_dw(x))))))


class MobileNetV1(nn.Module):
    """Howard et al. 2017, with timm's names; widths are rounded as torchvision's second version has them."""

    def __init__(self, width_mult):
        super().__init__()
        widths = [_make_divisible(width * width_mult, 8) for width in (32, 64, 128, 256, 512, 1024)]
        self.conv_stem, self.bn1 = nn.Conv2d(3, widths[0], 3, 2, 1, bias=False), nn.BatchNorm2d(widths[0])
        groups = []
        for group, (count, stride) in enumerate([(1, 1), (2, 2), (2, 2), (6, 2), (2, 2)]):
            before, width = widths[group : group + 2]
            groups.append(
                nn.Sequential(*(MobileBlock(width if i else before, width, 1 if i else stride) for i in range(count)))
            )
        self.blocks = nn.Sequential(*groups)
        self.classifier = nn.Linear(widths[-1], CLASSES)

    def forward(self, x):
        x = self.blocks(F.relu6(self.bn1(self.conv_stem(x))))
        return self.classifier(x.mean((2, 3)))


class DarknetTiny(nn.Module):
    """As tiny.cfg has it: 3x3 and 1x1 in turn, pools of 2 that keep what is left at the edge."""

    LAYERS = [16, "M", 32, "M", -16, 128, -16, 128, "M", -32, 256, -32, 256, "M", -64, 512, -64, 512, -128]

    def __init__(self):
        super().__init__()
        self.plan, before, index = [], 3, 0
        for entry in self.LAYERS:
            if entry == "M":
                self.plan.append(None)
                continue
            index, out, kernel = index + 1, abs(entry), 1 if entry < 0 else 3
            setattr(self, f"conv{index}", nn.Conv2d(before, out, kernel, 1, kernel // 2, bias=False))
            setattr(self, f"bn{index}", nn.BatchNorm2d(out, 1e-3))
            self.plan.append(index)
            before = out
        self.conv16 = nn.Conv2d(before, CLASSES, 1)

    def forward(self, x):
        for index in self.plan:
            if index is None:
                x = F.max_pool2d(x, 2, ceil_mode=True)
            else:
                x = F.leaky_relu(getattr(self, f"bn{index}")(getattr(self, f"conv{index}")(x)), 0.1)
        return self.conv16(x).mean((2, 3))


def keras_strides(net, eps):
    """The stride at the first 1x1, biases, another epsilon: Keras Applications' ResNet."""
    for module in net.modules():
        if isinstance(module, Bottleneck):
            module.conv1.stride, module.conv2.stride = module.conv2.stride, (1, 1)
        if isinstance(module, nn.BatchNorm2d):
            module.eps = eps
        if isinstance(module, nn.Conv2d):
            module.bias = nn.Parameter(torch.zeros(module.out_channels))
    return net


def same_padding(net):
    """TensorFlow's SAME before every strided or padded convolution."""

    def pad(module, args):
        (x,) = args
        pads = []
        for size, kernel, stride in zip(reversed(x.shape[2:]), reversed(module.kernel_size), module.stride):
            total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
            pads += [total // 2, total - total // 2]
        return (F.pad(x, pads),)

    for module in net.modules():
        if isinstance(module, nn.Conv2d) and module.padding != (0, 0):
            module.padding = (0, 0)
            module.register_forward_pre_hook(pad)
    return net


def fill(net, name):
    """Weights by formula: large enough that nothing vanishes, small enough that nothing explodes."""
    state = net.state_dict()
    for key, old in state.items():
        site = f"{name}/{key}"
        if key.endswith("num_batches_tracked"):
            continue
        if old.dim() > 1:
            fan = old[0].numel()
            state[key] = values(site, tuple(old.shape), -((6 / fan) ** 0.5), (6 / fan) ** 0.5)
        elif key.endswith("running_var") or (key.endswith("weight") and old.dim() == 1):
            state[key] = values(site, tuple(old.shape), 0.5, 1.5)
        else:
            state[key] = values(site, tuple(old.shape), -0.3, 0.3)
    net.load_state_dict(state)


def digest(name, tensor):
    tensor = tensor.detach().double().flatten()
    weights = values(f"digest/{name}", tuple(tensor.shape)).double()
    return rounded(torch.stack([tensor.norm(), (tensor * weights).sum()]))


def case(name, architecture, options, size, net):
    fill(net, name)
    net.double()
    x = values(f"{name}/x", (len(LABELS), size, size, 3)).permute(0, 3, 1, 2).contiguous().double()
    for module in net.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    net.eval()
    logits = net(x)
    F.cross_entropy(logits, torch.tensor(LABELS)).backward()
    frozen = {key: digest(key, p.grad) for key, p in net.named_parameters()}
    net.zero_grad()
    net.train()
    trained = net(x)
    loss = F.cross_entropy(trained, torch.tensor(LABELS))
    loss.backward()
    moved = {key: digest(key, b) for key, b in net.named_buffers() if "running" in key}
    return {
        "name": name,
        "architecture": architecture,
        "options": {"numClasses": CLASSES, **options},
        "size": size,
        "keys": [key for key in net.state_dict() if not key.endswith("num_batches_tracked")],
        "logits": rounded(logits),
        "frozen": frozen,
        "trainLogits": rounded(trained),
        "loss": loss.item(),
        "gradients": {key: digest(key, p.grad) for key, p in net.named_parameters()},
        "moved": moved,
    }


def resnet_case(name, kind, blocks, widths, stem, size, **more):
    block = BasicBlock if kind == "basic" else Bottleneck
    options = {"block": kind, "blocks": blocks, "widths": widths, "stem": stem}
    camel = {"groups": "groups", "base_width": "widthPerGroup"}
    options.update({camel[key]: value for key, value in more.items()})
    return case(name, "resnet", options, size, resnet(block, blocks, widths, stem, **more))


def vgg_case(name, blocks, widths, batch_norm, size):
    options = {"blocks": blocks, "widths": widths, "hiddenWidth": 8, "batchNorm": batch_norm}
    return case(name, "vgg", options, size, vgg(blocks, widths, 8, batch_norm))


cases = [
    resnet_case("basic", "basic", [2, 1, 1, 1], [4, 6, 6, 8], "imagenet", 33),
    resnet_case("bottleneck", "bottleneck", [1, 2, 1, 1], [2, 2, 3, 3], "cifar", 9),
    resnet_case("deep", "basic", [1, 1, 1, 1], [4, 4, 6, 6], "deep", 32),
    resnet_case("wide", "bottleneck", [1, 1, 1, 1], [2, 2, 2, 2], "cifar", 8, base_width=128),
    resnet_case("groups", "bottleneck", [1, 1, 1, 1], [16, 16, 16, 16], "cifar", 6, groups=2, base_width=8),
    case("cifar", "resnet_cifar", {"blocks": 2, "widths": [4, 6, 8]}, 8, CifarResNet(2, [4, 6, 8])),
    case("mobilenet", "mobilenet_v2", {"widthMultiplier": 0.1}, 48, MobileNetV2(CLASSES, width_mult=0.1)),
    case(
        "mobilenet same",
        "mobilenet_v2",
        {"widthMultiplier": 0.1, "padding": "same"},
        48,
        same_padding(MobileNetV2(CLASSES, width_mult=0.1)),
    ),
    case(
        "keras",
        "resnet",
        {
            "block": "bottleneck",
            "blocks": [1, 2, 1, 1],
            "widths": [2, 2, 3, 3],
            "bottleneckStride": "1x1",
            "convBias": True,
            "epsilon": 1.001e-5,
        },
        33,
        keras_strides(resnet(Bottleneck, [1, 2, 1, 1], [2, 2, 3, 3], "imagenet"), 1.001e-5),
    ),
    vgg_case("vgg", [1, 2], [4, 6], False, 22),
    vgg_case("vgg with norms", [2, 1, 1], [3, 4, 6], True, 26),
    case("mobilenet 1", "mobilenet_v1", {"widthMultiplier": 0.1}, 48, MobileNetV1(0.1)),
    case(
        "mobilenet 1 same",
        "mobilenet_v1",
        {"widthMultiplier": 0.1, "padding": "same"},
        48,
        same_padding(MobileNetV1(0.1)),
    ),
    case("darknet", "darknet_tiny", {}, 18, DarknetTiny()),
    case("squeezenet 1.0", "squeezenet1_0", {}, 30, SqueezeNet("1_0", CLASSES)),
    case("squeezenet 1.1", "squeezenet1_1", {}, 24, SqueezeNet("1_1", CLASSES)),
]

print(
    json.dumps(
        {
            "command": "/usr/bin/python3 scripts/golden/models.py",
            "torch": torch.__version__,
            "labels": LABELS,
            "cases": cases,
        },
        separators=(",", ":"),
    )
)
