"""Golden outputs, gradients and running statistics of PyTorch's layers, in float64. Maps are written channels last.

/usr/bin/python3 scripts/golden/nn.py > packages/core/src/nn/golden/nn.json
"""

import json

import torch
import torch.nn.functional as F
from formula import rounded, values

CASES = []


def nchw(x):
    return x.permute(0, 3, 1, 2) if x.dim() == 4 else x


def nhwc(x):
    return x.permute(0, 2, 3, 1) if x.dim() == 4 else x


def case(name, layer, shapes, run, options=None, ranges=None, buffers=None):
    """`run` takes x channels first and the weights as they are; returns y channels first."""
    inputs = {}
    for key, shape in shapes.items():
        low, high = (ranges or {}).get(key, (-1, 1))
        inputs[key] = values(f"{name}/{key}", shape, low, high).double().requires_grad_(True)
    state = {key: values(f"{name}/{key}", shape, *span).double() for key, (shape, span) in (buffers or {}).items()}
    x = nchw(inputs["x"])
    weights = {key: value for key, value in inputs.items() if key != "x"}
    y = nhwc(run(x, weights, state))
    (y * values(f"{name}/dy", tuple(y.shape)).double()).sum().backward()
    CASES.append(
        {
            "name": name,
            "layer": layer,
            "options": options or {},
            "shapes": shapes,
            "ranges": ranges or {},
            "buffers": {key: {"shape": shape, "range": span} for key, (shape, span) in (buffers or {}).items()},
            "y": {"shape": list(y.shape), "data": rounded(y)},
            "gradients": {key: rounded(value.grad) for key, value in inputs.items()},
            "moved": {key: rounded(value) for key, value in state.items()},
        }
    )


def same_padding(x, kernel, stride, dilation):
    """TensorFlow's SAME, written out."""
    pads = []
    for size, k in zip(reversed(x.shape[2:]), reversed(kernel)):
        effective = (k - 1) * dilation + 1
        total = max((-(-size // stride) - 1) * stride + effective - size, 0)
        pads += [total // 2, total - total // 2]
    return F.pad(x, pads)


def conv_case(name, x, weight, pad=0, bias=True, **options):
    def run(x, w, _):
        kernel = w["weight"].shape[2:]
        explicit = 0
        if pad == "same":
            x = same_padding(x, kernel, options.get("stride", 1), options.get("dilation", 1))
        elif isinstance(pad, list):
            (top, bottom), (left, right) = pad
            x = F.pad(x, [left, right, top, bottom])
        else:
            explicit = pad
        return F.conv2d(x, w["weight"], w.get("bias"), padding=explicit, **options)

    shapes = {"x": x, "weight": weight}
    if bias:
        shapes["bias"] = [weight[0]]
    case(name, "conv", shapes, run, {"pad": pad, **options})


conv_case("conv 3x3", [2, 5, 6, 3], [4, 3, 3, 3])
conv_case("conv 3x3 pad 1 stride 2", [2, 5, 6, 3], [4, 3, 3, 3], pad=1, stride=2, bias=False)
conv_case("conv 7x7 stem", [1, 10, 9, 3], [2, 3, 7, 7], pad=3, stride=2)
conv_case("conv 1x1 stride 2", [2, 5, 6, 3], [4, 3, 1, 1], stride=2)
conv_case("conv same stride 2 even", [1, 6, 6, 2], [3, 2, 3, 3], pad="same", stride=2)
conv_case("conv same stride 2 odd", [1, 5, 7, 2], [3, 2, 3, 3], pad="same", stride=2)
conv_case("conv explicit", [1, 4, 5, 2], [3, 2, 3, 2], pad=[[0, 2], [1, 0]])
conv_case("conv dilated", [1, 7, 6, 2], [3, 2, 3, 3], pad=2, dilation=2)
conv_case("conv groups", [1, 4, 5, 4], [6, 2, 3, 3], pad=1, groups=2)
conv_case("conv depthwise", [2, 5, 4, 3], [3, 1, 3, 3], pad=1, groups=3, bias=False)
conv_case("conv depthwise same stride 2", [1, 6, 6, 3], [3, 1, 3, 3], pad="same", stride=2, groups=3)
conv_case("conv depthwise multiplier", [1, 4, 4, 2], [6, 1, 3, 3], pad=1, groups=2)
conv_case("conv depthwise dilated", [1, 6, 6, 2], [2, 1, 3, 3], pad=2, dilation=2, groups=2)

case("linear", "linear", {"x": [3, 4], "weight": [5, 4], "bias": [5]}, lambda x, w, _: F.linear(x, w["weight"], w["bias"]))
case("linear rank 3", "linear", {"x": [2, 3, 4], "weight": [5, 4]}, lambda x, w, _: F.linear(x, w["weight"]))

NORM = {"weight": [3], "bias": [3]}
STATS = {"running_mean": ([3], (-0.5, 0.5)), "running_var": ([3], (0.5, 1.5))}


def batch_norm(training, momentum=0.1, eps=1e-5):
    return lambda x, w, s: F.batch_norm(x, s["running_mean"], s["running_var"], w["weight"], w["bias"], training, momentum, eps)


case("batch norm inference", "batchNorm", {"x": [2, 4, 3, 3], **NORM}, batch_norm(False), {"training": False}, buffers=STATS)
case("batch norm training", "batchNorm", {"x": [2, 4, 3, 3], **NORM}, batch_norm(True), {"training": True}, buffers=STATS)
case(
    "batch norm training rank 2",
    "batchNorm",
    {"x": [5, 3], **NORM},
    batch_norm(True, 0.3, 1e-3),
    {"training": True, "momentum": 0.3, "epsilon": 1e-3},
    buffers=STATS,
)
case("layer norm", "layerNorm", {"x": [2, 4, 3], **NORM}, lambda x, w, _: F.layer_norm(x, [3], w["weight"], w["bias"], 1e-12), {"epsilon": 1e-12})
case(
    "group norm",
    "groupNorm",
    {"x": [2, 3, 4, 6], "weight": [6], "bias": [6]},
    lambda x, w, _: F.group_norm(x, 3, w["weight"], w["bias"], 1e-5),
    {"groups": 3},
)


def conv_norm(training):
    def run(x, w, s):
        y = F.conv2d(x, w["conv.weight"], w.get("conv.bias"), stride=2, padding=1)
        return batch_norm(training)(y, w, s)

    return run


for training in (False, True):
    for bias in (False, True):
        shapes = {"x": [2, 5, 4, 2], "conv.weight": [3, 2, 3, 3], **NORM}
        if bias:
            shapes["conv.bias"] = [3]
        name = f"conv norm {'training' if training else 'inference'}{' bias' if bias else ''}"
        case(name, "convNorm", shapes, conv_norm(training), {"training": training, "stride": 2, "pad": 1}, buffers=STATS)

for size, stride, pad, ceil, shape in [
    (2, 2, 0, False, [2, 5, 6, 2]),
    (3, 2, 1, False, [1, 6, 7, 2]),
    (3, 2, 0, True, [1, 6, 8, 2]),
    (3, 2, 0, True, [1, 7, 7, 2]),
    (3, 2, 1, True, [1, 5, 6, 2]),
    (2, 3, 1, True, [1, 4, 5, 2]),
]:
    options = {"size": size, "stride": stride, "pad": pad, "ceil": ceil}
    case(
        f"max pool {size} {stride} {pad} {'ceil' if ceil else 'floor'} {shape}",
        "maxPool",
        {"x": shape},
        lambda x, _w, _s: F.max_pool2d(x, size, stride, pad, ceil_mode=ceil),
        options,
    )
for size, stride, pad, shape in [(2, 2, 0, [2, 5, 6, 2]), (3, 2, 1, [1, 6, 7, 2]), (1, 2, 0, [1, 5, 5, 2])]:
    case(
        f"average pool {size} {stride} {pad}",
        "averagePool",
        {"x": shape},
        lambda x, _w, _s: F.avg_pool2d(x, size, stride, pad),
        {"size": size, "stride": stride, "pad": pad},
    )
for height, width in [(2, 3), (7, 7), (14, 9), (1, 5)]:
    case(
        f"adaptive average pool {height} x {width}",
        "adaptiveAveragePool",
        {"x": [2, height, width, 2]},
        lambda x, _w, _s: F.adaptive_avg_pool2d(x, (7, 7)),
        {"size": 7},
    )
case("global max pool", "globalMaxPool", {"x": [2, 3, 4, 5]}, lambda x, _w, _s: x.amax((2, 3)))
case("leaky relu", "leakyRelu", {"x": [3, 4]}, lambda x, _w, _s: F.leaky_relu(x, 0.1), {"slope": 0.1})
case("global average pool", "globalAveragePool", {"x": [2, 3, 4, 5]}, lambda x, _w, _s: x.mean((2, 3)))
for kind, run in {
    "relu": F.relu,
    "relu6": F.relu6,
    "gelu": F.gelu,
    "gelu_new": lambda x: 0.5 * x * (1 + torch.tanh((2 / torch.pi) ** 0.5 * (x + 0.044715 * x**3))),
    "silu": F.silu,
    "tanh": torch.tanh,
}.items():
    case(kind, "activation", {"x": [3, 4]}, lambda x, _w, _s: run(x), {"kind": kind}, {"x": [-3, 9] if kind == "relu6" else [-3, 3]})


def embedding(ids, **options):
    return lambda x, w, _s: F.embedding(torch.tensor(ids), w["weight"], padding_idx=options.get("paddingIndex")) + 0 * x


IDS = [[3, 0, 2], [0, 3, 3]]
case("embedding", "embedding", {"x": [1], "weight": [5, 4]}, embedding(IDS), {"ids": IDS})
case("embedding with padding", "embedding", {"x": [1], "weight": [5, 4]}, embedding(IDS, paddingIndex=3), {"ids": IDS, "paddingIndex": 3})


def attention(heads, mask=None):
    def run(x, w, _):
        batch, length, width = x.shape
        query, key, value = (
            F.linear(x, w[f"{name}.weight"], w[f"{name}.bias"]).view(batch, length, heads, width // heads).transpose(1, 2)
            for name in ("query", "key", "value")
        )
        scores = query @ key.transpose(2, 3) / (width // heads) ** 0.5
        if mask is not None:
            scores = scores.masked_fill(torch.tensor(mask)[:, None, None, :] == 0, float("-inf"))
        return (scores.softmax(-1) @ value).transpose(1, 2).reshape(batch, length, width)

    return run


QKV = {f"{name}.{part}": shape for name in ("query", "key", "value") for part, shape in (("weight", [6, 6]), ("bias", [6]))}
MASK = [[1, 1, 1, 0], [1, 0, 1, 1]]
case("attention", "attention", {"x": [2, 4, 6], **QKV}, attention(3), {"heads": 3}, {"x": (-2, 2)})
case("attention with a mask", "attention", {"x": [2, 4, 6], **QKV}, attention(2, MASK), {"heads": 2, "mask": MASK})


def adapted(layer, up):
    """A layer of PEFT's kind: what it gives, and B(A(x)) more. `layer` takes input, weight and bias."""

    def run(x, w, _, prefix=""):
        plain = layer(x, w[f"{prefix}weight"], w.get(f"{prefix}bias"))
        return plain + up(layer(x, w[f"{prefix}lora_A.weight"], None), w[f"{prefix}lora_B.weight"])

    return run


def dense(x, weight, bias):
    return F.linear(x, weight, bias)


def strided(x, weight, bias):
    return F.conv2d(x, weight, bias, stride=2, padding=1)


DENSE = {"weight": [5, 4], "lora_A.weight": [2, 4], "lora_B.weight": [5, 2]}
FILTER = {"weight": [4, 3, 3, 3], "lora_A.weight": [2, 3, 3, 3], "lora_B.weight": [4, 2, 1, 1]}
case("linear with an adapter", "linear", {"x": [2, 3, 4], **DENSE, "bias": [5]}, adapted(dense, F.linear))
case("conv with an adapter", "conv", {"x": [2, 5, 6, 3], **FILTER, "bias": [4]}, adapted(strided, F.conv2d), {"pad": 1, "stride": 2})


def adapted_norm(training):
    def run(x, w, s):
        return batch_norm(training)(adapted(strided, F.conv2d)(x, w, s, "conv."), w, s)

    return run


for training in (False, True):
    shapes = {"x": [2, 5, 4, 2], "conv.weight": [3, 2, 3, 3], "conv.lora_A.weight": [2, 2, 3, 3], "conv.lora_B.weight": [3, 2, 1, 1]}
    name = f"conv norm with an adapter {'training' if training else 'inference'}"
    options = {"training": training, "stride": 2, "pad": 1}
    case(name, "convNorm", {**shapes, **NORM, "conv.bias": [3]}, adapted_norm(training), options, buffers=STATS)

print(json.dumps({"command": "/usr/bin/python3 scripts/golden/nn.py", "torch": torch.__version__, "cases": CASES}, separators=(",", ":")))
