"""A PEFT adapter's names, and what a small ResNet computes with it: LoRA written out by hand, float64.

/usr/bin/python3 scripts/golden/lora.py > packages/core/src/weights/peft/golden/lora.json

python3-torch and python3-torchvision from Debian; weights by formula, none are downloaded.
"""

import json
import math

import torch
from formula import rounded, values
from torch import nn
from torchvision.models.resnet import BasicBlock, conv1x1


class LoraConv2d(nn.Module):
    """base(x) + B(A(x)) * alpha / r, with the submodules that PEFT's layer has."""

    def __init__(self, base, r, scaling):
        super().__init__()
        self.base_layer = base
        down = nn.Conv2d(base.in_channels, r, base.kernel_size, base.stride, base.padding, bias=False)
        self.lora_A = nn.ModuleDict({"default": down})
        self.lora_B = nn.ModuleDict({"default": nn.Conv2d(r, base.out_channels, (1, 1), (1, 1), bias=False)})
        self.scaling = scaling

    def forward(self, x):
        return self.base_layer(x) + self.lora_B["default"](self.lora_A["default"](x)) * self.scaling


class SmallResNet(nn.Module):
    """torchvision's ResNet with its names, of two layers and few channels."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(4)
        self.layer1 = nn.Sequential(BasicBlock(4, 4))
        shortcut = nn.Sequential(conv1x1(4, 6, 2), nn.BatchNorm2d(6))
        self.layer2 = nn.Sequential(BasicBlock(4, 6, 2, shortcut))
        self.fc = nn.Linear(6, 3)

    def forward(self, x):
        y = torch.max_pool2d(torch.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        return self.fc(self.layer2(self.layer1(y)).mean((2, 3)))


def saved_name(name):
    """As PEFT saves it: without the adapter's own name."""
    return "base_model.model." + name.replace(".default.", ".")


def case(name, config, ranks, alphas):
    model = SmallResNet()
    for layer, rank in ranks.items():
        over = math.sqrt(rank) if config.get("use_rslora") else rank
        parent = model.get_submodule(layer.rpartition(".")[0])
        adapted = LoraConv2d(model.get_submodule(layer), rank, alphas[layer] / over)
        setattr(parent, layer.rpartition(".")[2], adapted)
    state = model.state_dict()
    for key, value in state.items():
        if key.endswith("num_batches_tracked"):
            continue
        bound = math.sqrt(6 / value[0].numel()) if value.dim() > 1 else 0.3
        scale = value.dim() == 1 and (key.endswith("weight") or key.endswith("running_var"))
        low, high = (0.5, 1.5) if scale else (-bound, bound)
        plain = key.replace(".base_layer", "").replace(".default", "")
        state[key] = values(f"{name}/{plain}", tuple(value.shape), low, high)
    model.load_state_dict(state)
    x = values(f"{name}/x", (2, 16, 16, 3)).permute(0, 3, 1, 2).double()
    y = model.double().eval()(x)
    saved = {saved_name(key): list(value.shape) for key, value in state.items() if "lora_" in key or key.startswith("fc.")}
    return {"name": name, "config": config, "ranks": ranks, "saved": saved, "y": rounded(y)}


PLAIN = {"peft_type": "LORA", "r": 4, "lora_alpha": 12, "target_modules": ["conv2"], "modules_to_save": ["fc"]}
PATTERNS = {
    "peft_type": "LORA",
    "r": 2,
    "lora_alpha": 6,
    "use_rslora": True,
    "target_modules": r"layer[2-4]\.0\.(conv1|downsample\.0)",
    "rank_pattern": {"downsample.0": 3},
    "alpha_pattern": {r"layer2\.0\.d.*": 5},
    "modules_to_save": ["classifier", "fc"],
}
SECOND = ["layer1.0.conv2", "layer2.0.conv2"]
STRIDED = ["layer2.0.conv1", "layer2.0.downsample.0"]
CASES = [
    case("plain", PLAIN, dict.fromkeys(SECOND, 4), dict.fromkeys(SECOND, 12)),
    case("patterns", PATTERNS, dict(zip(STRIDED, (2, 3))), dict(zip(STRIDED, (6, 5)))),
]
print(json.dumps({"command": "/usr/bin/python3 scripts/golden/lora.py", "torch": torch.__version__, "cases": CASES}, separators=(",", ":")))
