"""What checkpoints' own configs mean, in numbers: pictures prepared by Pillow, torchvision and numpy.

Each case does by hand, step by step, what the loader that the config is written for documents: timm's
evaluation transform, Hugging Face's image processors (resize with Pillow, cut rounded down, rescale,
flip, normalise), and Keras's preprocess_input. Writes packages/vision/src/golden/configs.json:
    /usr/bin/python3 scripts/golden/vision-configs.py
Needs Pillow, torchvision and numpy.
"""

import json
import math
import pathlib

import numpy as np
import torchvision
from PIL import Image
from torchvision import transforms
from torchvision.transforms import InterpolationMode

OUT = pathlib.Path(__file__).parents[2] / "packages/vision/src/golden/configs.json"
IMAGENET = {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}
HALVES = {"image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]}


def noise(seed, width, height):
    """byte i = the top byte of (i + 1000003 * seed) * 2654435761 modulo 2^32."""
    index = np.arange(width * height * 3, dtype=np.uint64) + np.uint64(1000003 * seed)
    data = ((index * np.uint64(2654435761)) % np.uint64(2**32) >> np.uint64(24)).astype(np.uint8)
    return Image.fromarray(data.reshape(height, width, 3))


def timm(picture, config):
    """timm.data.transforms_factory.transforms_imagenet_eval, square sizes."""
    cfg = config.get("pretrained_cfg", config)
    side = cfg["input_size"][-1]
    scaled = math.floor(side / cfg["crop_pct"])
    size = (scaled, scaled) if cfg["crop_mode"] == "squash" else scaled
    steps = [
        transforms.Resize(size, InterpolationMode(cfg["interpolation"])),
        transforms.CenterCrop(side),
        transforms.ToTensor(),
        transforms.Normalize(cfg["mean"], cfg["std"]),
    ]
    return transforms.Compose(steps)(picture).permute(1, 2, 0).numpy()


def hugging_face(picture, config):
    """transformers.image_transforms: resize, center_crop, rescale, flip_channel_order, normalize."""
    size, crop = config["size"], config.get("crop_size")
    if isinstance(size, int):
        size = {"shortest_edge": size} if config.get("do_center_crop") else {"height": size, "width": size}
    if config.get("crop_pct") and size["shortest_edge"] < 384:
        crop = size["shortest_edge"]
        size = {"shortest_edge": int(crop / config["crop_pct"])}
    elif config.get("crop_pct"):
        crop, size = None, {"height": size["shortest_edge"], "width": size["shortest_edge"]}
    if "shortest_edge" in size:
        width, height = picture.size
        short, long = sorted((width, height))
        edges = size["shortest_edge"], int(size["shortest_edge"] * long / short)
        wanted = edges if width <= height else edges[::-1]
    else:
        wanted = size["width"], size["height"]
    x = np.array(picture.resize(wanted, config.get("resample", 2)))
    if crop:
        height, width = (crop, crop) if isinstance(crop, int) else (crop["height"], crop["width"])
        top, left = (x.shape[0] - height) // 2, (x.shape[1] - width) // 2
        x = x[top : top + height, left : left + width]
    x = x * config.get("rescale_factor", 1 / 255)
    if config.get("rescale_offset"):
        x = x - 1
    if config.get("do_flip_channel_order"):
        x = x[..., ::-1]
    if config.get("do_normalize", True) and "image_mean" in config:
        x = (x - np.array(config["image_mean"])) / np.array(config["image_std"])
    return x


def caffe(picture, config):
    """keras.applications.imagenet_utils.preprocess_input, mode "caffe": BGR less the mean, 0..255."""
    side = config["input_size"][-1]
    x = np.array(picture.resize((side, side), Image.NEAREST)).astype(np.float64)
    return x[..., ::-1] - np.array([103.939, 116.779, 123.68])


CASES = [
    (timm, {"pretrained_cfg": {"input_size": [3, 7, 7], "crop_pct": 0.875, "crop_mode": "center", "interpolation": "bilinear", **IMAGENET}}),
    (timm, {"pretrained_cfg": {"input_size": [3, 7, 7], "crop_pct": 0.95, "crop_mode": "center", "interpolation": "bicubic", **IMAGENET}}),
    (timm, {"input_size": [3, 6, 6], "crop_pct": 0.9, "crop_mode": "squash", "interpolation": "bicubic", "mean": [0.5] * 3, "std": [0.5] * 3}),
    (hugging_face, {"do_resize": True, "size": 6, "resample": 2, **HALVES}),
    (hugging_face, {"size": 8, "do_center_crop": True, "crop_size": 7, "resample": 3, "image_mean": [0.48, 0.46, 0.41], "image_std": [0.27, 0.26, 0.28]}),
    (hugging_face, {"size": {"shortest_edge": 9}, "do_center_crop": True, "crop_size": {"height": 6, "width": 7}, "resample": 1, **HALVES}),
    (hugging_face, {"size": {"height": 6, "width": 8}, "resample": 0, "rescale_factor": 1 / 127.5, "rescale_offset": True, "do_normalize": False}),
    (hugging_face, {"size": {"shortest_edge": 7}, "crop_pct": 0.875, "resample": 3, **HALVES}),
    (hugging_face, {"size": {"shortest_edge": 9}, "do_center_crop": True, "crop_size": {"height": 8, "width": 8}, "do_flip_channel_order": True, "resample": 3}),
    (caffe, {"input_size": [3, 6, 6], "crop_pct": 1, "crop_mode": "squash", "interpolation": "nearest", "channel_order": "BGR", "mean": [103.939 / 255, 116.779 / 255, 123.68 / 255], "std": [1 / 255] * 3}),
]  # fmt: skip


def main():
    lines = []
    for seed, (prepare, config) in enumerate(CASES):
        width, height = (23, 17) if seed % 2 else (14, 19)
        values = prepare(noise(seed, width, height), config)
        numbers = [round(float(value), 6) for value in values.flatten()]
        case = {"by": prepare.__name__, "config": config, "from": [width, height], "seed": seed}
        lines.append(json.dumps({**case, "shape": list(values.shape), "values": numbers}))
    head = (
        '"command": "/usr/bin/python3 scripts/golden/vision-configs.py", '
        f'"torchvision": "{torchvision.__version__}", "pillow": "{Image.__version__}"'
    )
    OUT.write_text("{" + head + ', "cases": [\n' + ",\n".join(lines) + "\n]}\n")


main()
