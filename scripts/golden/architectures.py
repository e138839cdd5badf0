"""Every stage's output of torchvision's VGGs and ResNets at their real sizes, with weights and running statistics by formula.

/usr/bin/python3 scripts/golden/architectures.py > packages/gpu-backend/src/onnx/golden/architectures.json
    small pictures, float64; of each stage 24 values, its length and its product with numbers by formula
/usr/bin/python3 scripts/golden/architectures.py save FOLDER NAME SIDE SEED
    one picture of SIDE x SIDE, torchvision's own start with this seed, float32: FOLDER/torch/NAME.pth, FOLDER/model/model.safetensors
    and config.json, and FOLDER/stages.safetensors with the input x and the output of each stage, maps channels last;
    benchmarks/architectures.ts calls this and compares
"""

import json
import pathlib
import struct
import sys

import numpy as np
import torch
import torchvision
from formula import rounded, values
from torch import nn

NAMES = [
    "vgg16",
    "vgg16_bn",
    "vgg19",
    "resnet18",
    "resnet34",
    "resnet50",
    "resnet101",
    "resnet152",
    "wide_resnet50_2",
    "resnext50_32x4d",
]
SAMPLES = 24


def picture_size(name):
    """As small as the network allows without its last map being a single place: height, width."""
    return (64, 32) if name.startswith("vgg") else (48, 33)


def fill(net, name):
    """Weights by formula, as in models.py."""
    state = net.state_dict()
    for key, old in state.items():
        if key.endswith("num_batches_tracked"):
            continue
        shape, site = tuple(old.shape), f"{name}/{key}"
        if old.dim() > 1:
            bound = (6 / old[0].numel()) ** 0.5
            state[key] = values(site, shape, -bound, bound)
        elif key.endswith(("running_var", "weight")):
            state[key] = values(site, shape, 0.5, 1.5)
        else:
            state[key] = values(site, shape, -0.3, 0.3)
    net.load_state_dict(state)


def random_statistics(net):
    """Norms whose numbers all count, as after training."""
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
            nn.init.normal_(module.bias, 0, 0.1)
            nn.init.normal_(module.running_mean, 0, 0.1)


def stages_of(net):
    """Name and module of each stage, in our names."""
    if isinstance(net, torchvision.models.ResNet):
        yield "stem", nn.Sequential(net.conv1, net.bn1, net.relu, net.maxpool)
        for index in range(1, 5):
            yield f"layer{index}", getattr(net, f"layer{index}")
        yield "pool", nn.Sequential(net.avgpool, nn.Flatten())
        yield "fc", net.fc
        return
    block, count = [], 0
    for module in net.features:
        block.append(module)
        if isinstance(module, nn.MaxPool2d):
            count += 1
            yield f"block{count}", nn.Sequential(*block)
            block = []
    yield "pool", net.avgpool
    yield "flatten", nn.Flatten()
    yield "fc1", net.classifier[:2]
    yield "fc2", net.classifier[2:5]
    yield "classifier", net.classifier[5:]


def outputs_of(net, x):
    """Each stage's output, maps channels last; and proof that they are the network."""
    outputs, y = {}, x
    with torch.no_grad():
        for name, module in stages_of(net):
            y = module(y)
            outputs[name] = y.permute(0, 2, 3, 1).contiguous() if y.dim() == 4 else y.clone()
        assert torch.equal(y, net(x))
    return outputs


def golden(name):
    net = getattr(torchvision.models, name)().eval()
    fill(net, name)
    net.double()
    height, width = picture_size(name)
    x = values(f"{name}/x", (1, height, width, 3)).permute(0, 3, 1, 2).contiguous().double()
    stages = []
    for stage, y in outputs_of(net, x).items():
        flat = y.flatten()
        # A step that is no multiple of any number of channels, so that all of them have their turn.
        at = [index * 2654435761 % flat.numel() for index in range(SAMPLES)]
        product = (flat * values(f"digest/{stage}", (flat.numel(),)).double()).sum()
        length, product = rounded(torch.stack([flat.norm(), product]))
        stages.append({"name": stage, "shape": list(y.shape), "length": length, "product": product, "samples": rounded(flat[at])})
    print(name, file=sys.stderr)
    return {"name": name, "height": height, "width": width, "stages": stages}


def write_safetensors(path, tensors):
    kinds = {torch.float32: "F32", torch.int64: "I64"}
    header, start = {}, 0
    for key, tensor in tensors.items():
        size = tensor.numel() * tensor.element_size()
        header[key] = {"dtype": kinds[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [start, start + size]}
        start += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for tensor in tensors.values():
            file.write(np.ascontiguousarray(tensor.numpy()).tobytes())


def save(folder, name, side, seed):
    torch.manual_seed(seed)
    net = getattr(torchvision.models, name)().eval()
    random_statistics(net)
    x = torch.randn(1, 3, side, side)
    folder = pathlib.Path(folder)
    for part in ("torch", "model"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    state = net.state_dict()
    torch.save(state, folder / "torch" / f"{name}.pth")
    write_safetensors(folder / "model" / "model.safetensors", state)
    (folder / "model" / "config.json").write_text(json.dumps({"architecture": name, "num_classes": 1000}))
    reference = {"x": x.permute(0, 2, 3, 1).contiguous(), **outputs_of(net, x)}
    write_safetensors(folder / "stages.safetensors", reference)


if sys.argv[1:2] == ["save"]:
    save(sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
else:
    made = {
        "command": "/usr/bin/python3 scripts/golden/architectures.py",
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
        "networks": [golden(name) for name in NAMES],
    }
    print(json.dumps(made, separators=(",", ":")))
