"""Writes packages/zoo/registry.json: friendly names, where their weights are, and what is known of them.

    /usr/bin/python3 scripts/zoo-registry.py && node scripts/zoo-manifest.mjs && pnpm exec biome check --write packages/zoo

Needs torchvision (0.14 has been used; nothing is downloaded): parameters, the size of the arrays,
accuracy and preprocessing of its networks come from its own weight tables. Everything else is in the
tables below with the page that says it. What no page says is left out.
"""

import json
import pathlib

import torchvision
from torchvision import models

OUT = pathlib.Path(__file__).parents[1] / "packages/zoo/registry.json"
IMAGENET = "ImageNet-1k, the 50,000 validation pictures"
BY_TORCHVISION = "torchvision " + ".".join(torchvision.__version__.split(".")[:2])

# The repositories hold torchvision's first weights under the tag tv_in1k: their model cards and
# config.json (licence, input, crop, mean) on huggingface.co/timm/NAME.tv_in1k.
TIMM = [
    "vgg11", "vgg11_bn", "vgg13", "vgg13_bn", "vgg16", "vgg16_bn", "vgg19", "vgg19_bn",
    "resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "wide_resnet50_2",
    "wide_resnet101_2", "resnext50_32x4d", "resnext101_32x8d",
]  # fmt: skip
# On no hub under torchvision's name: from PyTorch's own server, whose file names hold their hash.
TORCHVISION = ["squeezenet1_0", "squeezenet1_1"]

FAMILIES = {
    "vgg": "VGG (Simonyan, Zisserman 2014)",
    "resnet": "ResNet (He et al. 2015)",
    "wide": "Wide ResNet (Zagoruyko, Komodakis 2016)",
    "resnext": "ResNeXt (Xie et al. 2016)",
    "squeezenet": "SqueezeNet (Iandola et al. 2016)",
}


def picture_config(architecture, size, crop, interpolation, mean, std):
    return {
        "architecture": architecture,
        "num_classes": 1000,
        "input_size": [3, size, size],
        "crop_pct": crop,
        "interpolation": interpolation,
        "mean": mean,
        "std": std,
    }


def from_torchvision(name, source):
    weights = models.get_weight(f"{weights_class(name)}.IMAGENET1K_V1")
    network = models.get_model(name) if hasattr(models, "get_model") else getattr(models, name)()
    view, scores = weights.transforms(), weights.meta["_metrics"]["ImageNet-1K"]
    size, short = view.crop_size[0], view.resize_size[0]
    family = next(text for key, text in reversed(FAMILIES.items()) if name.startswith(key))
    return {
        "name": name,
        "task": "image",
        "summary": f"{family}, trained on ImageNet-1k by torchvision",
        "source": source or weights.url,
        "licence": "BSD-3-Clause",
        "parameters": weights.meta["num_params"],
        "bytes": sum(a.numel() * a.element_size() for a in network.state_dict().values()),
        "accuracy": [
            {"data": IMAGENET, "top1": scores["acc@1"], "top5": scores["acc@5"], "by": BY_TORCHVISION}
        ],
        "config": picture_config(
            name, size, size / short, view.interpolation.value, list(view.mean), list(view.std)
        ),
    }


def weights_class(name):
    lower = f"{name}_weights"
    return next(each for each in dir(models) if each.lower() == lower)


# huggingface.co/timm/mobilenetv1_100.ra4_e3600_r224_in1k and mobilenetv2_100.ra_in1k: config.json,
# model card (licence). Accuracy: results/results-imagenet.csv of huggingface/pytorch-image-models,
# which has none for the first.
MOBILE = [
    {
        "name": "mobilenet_v1",
        "task": "image",
        "summary": "MobileNet V1 1.0 (Howard et al. 2017), trained on ImageNet-1k by timm",
        "source": "timm/mobilenetv1_100.ra4_e3600_r224_in1k",
        "licence": "Apache-2.0",
        "parameters": 4231976,
        # 27 batch norms over 10,944 channels in all, each with two statistics and a counter.
        "bytes": 4 * (4231976 + 2 * 10944) + 27 * 8,
        "accuracy": [],
        "config": picture_config(
            "mobilenet_v1", 224, 0.875, "bicubic", [0.5, 0.5, 0.5], [0.5, 0.5, 0.5]
        ),
    },
    {
        "name": "mobilenet_v2",
        "task": "image",
        "summary": "MobileNet V2 1.0 (Sandler et al. 2018), trained on ImageNet-1k by timm",
        "source": "timm/mobilenetv2_100.ra_in1k",
        "licence": "Apache-2.0",
        "parameters": 3504872,
        "bytes": 14156352,
        "accuracy": [{"data": IMAGENET, "top1": 72.976, "top5": 91.01, "by": "timm"}],
        "config": picture_config(
            "mobilenet_v2", 224, 0.875, "bicubic", [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
        ),
    },
]

# Licence and files: the model cards and file lists on huggingface.co/SOURCE; sizes of the encoders: their
# config.json; accuracy: the model card of the one that is fine-tuned.
def bert(name, source, licence, summary, width, layers, more=None):
    more = {"vocabulary": 30522, "distil": False, **(more or {})}
    inner = 4 * width
    embeddings = (more["vocabulary"] + 512 + (0 if more["distil"] else 2)) * width + 2 * width
    layer = 4 * (width * width + width) + 2 * width * inner + inner + width + 4 * width
    pooler = 0 if more["distil"] else width * width + width
    head = more.get("head", 0)
    parameters = embeddings + layers * layer + pooler + head
    config = {"model_type": "distilbert" if more["distil"] else "bert", "max_position_embeddings": 512}
    return {
        "name": name,
        "task": "text",
        "summary": summary,
        "source": source,
        "licence": licence,
        "parameters": parameters,
        "bytes": 4 * parameters,
        "accuracy": more.get("accuracy", []),
        "config": config,
    }


DISTIL = {"distil": True}
SST2 = {"data": "SST-2, the 872 development sentences", "top1": 91.3, "by": "the model card"}
COMPACT = "BERT, {} (Turc et al. 2019), English without case"
TEXT = [
    bert("bert-base-uncased", "google-bert/bert-base-uncased", "Apache-2.0", "BERT base (Devlin et al. 2018), English without case", 768, 12),
    bert("bert-base-cased", "google-bert/bert-base-cased", "Apache-2.0", "BERT base (Devlin et al. 2018), English with case", 768, 12, {"vocabulary": 28996}),
    bert("bert-large-uncased", "google-bert/bert-large-uncased", "Apache-2.0", "BERT large (Devlin et al. 2018), English without case", 1024, 24),
    bert("bert-tiny", "prajjwal1/bert-tiny", "MIT", COMPACT.format("2 layers of 128"), 128, 2),
    bert("bert-mini", "prajjwal1/bert-mini", "MIT", COMPACT.format("4 layers of 256"), 256, 4),
    bert("bert-small", "prajjwal1/bert-small", "MIT", COMPACT.format("4 layers of 512"), 512, 4),
    bert("bert-medium", "prajjwal1/bert-medium", "MIT", COMPACT.format("8 layers of 512"), 512, 8),
    bert("distilbert-base-uncased", "distilbert/distilbert-base-uncased", "Apache-2.0", "DistilBERT (Sanh et al. 2019), English without case", 768, 6, DISTIL),
    bert("distilbert-sst2", "distilbert/distilbert-base-uncased-finetuned-sst-2-english", "Apache-2.0", "DistilBERT, fine-tuned to tell the mood of sentences", 768, 6, {"distil": True, "head": 768 * 769 + 2 * 769, "accuracy": [SST2]}),
    bert("all-minilm-l6-v2", "sentence-transformers/all-MiniLM-L6-v2", "Apache-2.0", "MiniLM, 6 layers of 384, fine-tuned to embed sentences", 384, 6),
]  # fmt: skip


def main():
    vision = [from_torchvision(name, f"timm/{name}.tv_in1k") for name in TIMM]
    vision += MOBILE + [from_torchvision(name, None) for name in TORCHVISION]
    lines = ",\n".join("  " + json.dumps(entry) for entry in vision + TEXT)
    OUT.write_text('{ "models": [\n' + lines + "\n] }\n")


main()
