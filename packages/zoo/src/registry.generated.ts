// Written by scripts/zoo-manifest.mjs from registry.json; change that file and run it again.
import type { RegistryEntry } from "./registry-type.js";

export const registry: readonly RegistryEntry[] = [
  {
    "name": "vgg11",
    "task": "image",
    "summary": "VGG (Simonyan, Zisserman 2014), trained on ImageNet-1k by torchvision",
    "source": "timm/vgg11.tv_in1k",
    "licence": "BSD-3-Clause",
    "parameters": 132863336,
    "bytes": 531453344,
    "accuracy": [
      {
        "data": "ImageNet-1k, the 50,000 validation pictures",
        "top1": 69.02,
        "top5": 88.628,
        "by": "torchvision 0.14"
      }
    ],
    "config": {
      "architecture": "vgg11",
      "num_classes": 1000,
      "input_size": [
        3,
        224,
        224
      ],
      "crop_pct": 0.875,
      "interpolation": "bilinear",
      "mean": [
        0.485,
        0.456,
        0.406
      ],
      "std": [
        0.229,
        0.224,
        0.225
      ]
    }
  },
  {
    "name": "vgg11_bn",
    "task": "image",
    "summary": "VGG (Simonyan, Zisserman 2014), trained on ImageNet-1k by torchvision",
    "source": "timm/vgg11_bn.tv_in1k",
    "licence": "BSD-3-Clause",
    "parameters": 132868840,
    "bytes": 531497440,
    "accuracy": [
      {
        "data": "ImageNet-1k, the 50,000 validation pictures",
        "top1": 70.37,
        "top5": 89.81,
        "by": "torchvision 0.14"
      }
    ],
    "config": {
      "architecture": "vgg11_bn",
      "num_classes": 1000,
      "input_size": [
        3,
        224,
        224
      ],
      "crop_pct": 0.875,
      "interpolation": "bilinear",
      "mean": [
        0.485,
        0.456,
        0.406
      ],
      "std": [
        0.229,
        0.224,
        0.225
      ]
    }
  },
  {
    "name": "vgg13",
    "task": "image",
    "summary": "VGG (Simonyan, Zisserman 2014), trained on ImageNet-1k by torchvision",
    "source": "timm/vgg13.tv_in1k",
    "licence": "BSD-3-Clause",
    "parameters": 133047848,
    "bytes": 532191392,
    "accuracy": [
      {
        "data": "ImageNet-1k, the 50,000 validation pictures",
        "top1": 69.928,
        "top5": 89.246,
        "by": "torchvision 0.14"
      }
    ],
    "config": {
      "architecture": "vgg13",
      "num_classes": 1000,
      "input_size": [
        3,
        224,
        224
      ],
      "crop_pct": 0.875,
      "interpolation": "bilinear",
      "mean": [
        0.485,
        0.456,
        0.406
      ],
      "std": [
        0.229,
        0.224,
        0.225
      ]
    }
  },
  {
    "name": "vgg13_bn",
    "task": "image",
    "summary": "VGG (Simonyan, Zisserman 2014), trained on ImageNet-1k by torchvision",
    "source": "timm/vgg13_bn.tv_in1k",
    "licence": "BSD-3-Clause",
    "parameters": 133053736,
    "bytes": 532238576,
    "accuracy": [
      {
        "data": "ImageNet-1k, the 50,000 validation pictures",
        "top1": 71.586,
        "top5": 90.374,
        "by": "torchvision 0.14"
      }
    ],
    "config": {
      "architecture": "vgg13_bn",
      "num_classes": 1000,
      "input_size": [
        3,
        224,
        224
      ],
      "crop_pct": 0.875,
      "interpolation": "bilinear",
      "mean": [
        0.485,
        0.456,
        0.406
      ],
      "std": [
        0.229,
        0.224,
        0.225
      ]
    }
  },
  {
    "name": "vgg16",
    "task": "image",
    "summary": "VGG (Simonyan, Zisserman 2014), trained on ImageNet-1k by torchvision",
    "source": "timm/vgg16.tv_in1k",
    "licence": "BSD-3-Clause",
    "parameters": 138357544,
    "bytes": 553430176,
    "accuracy": [
      {
        "data": "ImageNet-1k, the 50,000 validation pictures",
        "top1": 71.592,
        "top5": 90.382,
        "by": "torchvision 0.14"
      }
    ],
    "config": {
      "architecture": "vgg16",
      "num_classes": 1000,
      "input_size": [
        3,
        224,
        224
      ],
      "crop_pct": 0.875,
      "interpolation": "bilinear",
      "mean": [
        0.485,
        0.456,
        0.406
      ],
      "std": [
        0.229,
        0.224,
        0.225
      ]
    }
  },
  {
    "name": "vgg16_bn",
    "task": "image",
    "summary": "VGG (Simonyan, Zisserman 2014), trained on ImageNet-1k by torchvision",
    "source": "timm/vgg16_bn.tv_in1k",
    "licence": "BSD-3-Clause",
    "parameters": 138365992,
    "bytes": 553497864,
    "accuracy": [
      {
        "data": "ImageNet-1k, the 50,000 validation pictures",
        "top1": 73.36,
        "top5": 91.516,
        "by": "torchvision 0.14"
      }
    ],
    "config": {
      "architecture": "vgg16_bn",
      "num_classes": 1000,
      "input_size": [
        3,
        224,
        224
      ],
      "crop_pct": 0.875,
      "interpolation": "bilinear",
      "mean": [
        0.485,
        0.456,
        0.406
      ],
      "std": [
        0.229,
        0.224,
        0.225
      ]
    }
  },
  {
    "name": "vgg19",
    "task": "image",
    "summary": "VGG (Simonyan, Zisserman 2014), trained on ImageNet-1k by torchvision",
    "source": "timm/vgg19.tv_in1k",
    "licence": "BSD-3-Clause",
    "parameters": 143667240,
    "bytes": 574668960,
    "accuracy": [
      {
        "data": "ImageNet-1k, the 50,000 validation pictures",
        "top1": 72.376,
        "top5": 90.876,
        "by": "torchvision 0.14"
      }
    ],
    "config": {
      "architecture": "vgg19",
      "num_classes": 1000,
      "input_size": [
        3,
        224,
        224
      ],
      "crop_pct": 0.875,
      "interpolation": "bilinear",
      "mean": [
        0.485,
        0.456,
        0.406
      ],
      "std": [
        0.229,
        0.224,
        0.225
      ]
    }
  },
  {
    "name": "vgg19_bn",
    "task": "image",
    "summary": "VGG (Simonyan, Zisserman 2014), trained on ImageNet-1k by torchvision",
    "source": "timm/vgg19_bn.tv_in1k",
    "licence": "BSD-3-Clause",
    "parameters": 143678248,
    "bytes": 574757152,
    "accuracy": [
      {
        "data": "ImageNet-1k, the 50,000 validation pictures",
        "top1": 74.218,
        "top5": 91.842,
        "by": "torchvision 0.14"
      }
    ],
    "config": {
      "architecture": "vgg19_bn",
      "num_classes": 1000,
      "input_size": [
        3,
        224,
        224
      ],
      "crop_pct": 0.875,
      "interpolation": "bilinear",
      "mean": [
        0.485,
        0.456,
        0.406
      ],
      "std": [
        0.229,
        0.224,
        0.225
      ]
    }
  },
  {
    "name": "resnet18",
    "task": "image",
    "summary": "ResNet (He et al. 2015), trained on ImageNet-1k by torchvision",
    "source": "timm/resnet18.tv_in1k",
    "licence": "BSD-3-Clause",
    "parameters": 11689512,
    "bytes": 46796608,
    "accuracy": [
      {
        "data": "ImageNet-1k, the 50,000 validation pictures",
        "top1": 69.758,
        "top5": 89.078,
        "by": "torchvision 0.14"
      }
    ],
    "config": {
      "architecture": "resnet18",
      "num_classes": 1000,
      "input_size": [
        3,
        224,
        224
      ],
      "crop_pct": 0.875,
      "interpolation": "bilinear",
      "mean": [
        0.485,
        0.456,
        0.406
      ],
      "std": [
        0.229,
        0.224,
        0.225
      ]
    }
  },
  {
    "name": "resnet34",
    "task": "image",
    "summary": "ResNet (He et al. 2015), trained on ImageNet-1k by torchvision",
    "source": "timm/resnet34.tv_in1k",
    "licence": "BSD-3-Clause",
    "parameters": 21797672,
    "bytes": 87259072,
    "accuracy": [
      {
        "data": "ImageNet-1k, the 50,000 validation pictures",
        "top1": 73.314,
        "top5": 91.42,
        "by": "torchvision 0.14"
      }
    ],
    "config": {
      "architecture": "resnet34",
      "num_classes": 1000,
      "input_size": [
        3,
        224,
        224
      ],
      "crop_pct": 0.875,
      "interpolation": "bilinear",
      "mean": [
        0.485,
        0.456,
        0.406
      ],
      "std": [
        0.229,
        0.224,
        0.225
      ]
    }
  },
  {
    "name": "resnet50",
    "task": "image",
    "summary": "ResNet (He et al. 2015), trained on ImageNet-1k by torchvision",
    "source": "timm/resnet50.tv_in1k",
    "licence": "BSD-3-Clause",
    "parameters": 25557032,
    "bytes": 102441032,
    "accuracy": [
      {
        "data": "ImageNet-1k, the 50,000 validation pictures",
        "top1": 76.13,
        "top5": 92.862,
        "by": "torchvision 0.14"
      }
    ],
    "config": {
      "architecture": "resnet50",
      "num_classes": 1000,
      "input_size": [
        3,
        224,
        224
      ],
      "crop_pct": 0.875,
      "interpolation": "bilinear",
      "mean": [
        0.485,
        0.456,
        0.406
      ],
      "std": [
        0.229,
        0.224,
        0.225
      ]
    }
  },
  {
    "name": "resnet101",
    "task": "image",
    "summary": "ResNet (He et al. 2015), trained on ImageNet-1k by torchvision",
    "source": "timm/resnet101.tv_in1k",
    "licence": "BSD-3-Clause",
    "parameters": 44549160,
    "bytes": 178618848,
    "accuracy": [
      {
        "data": "ImageNet-1k, the 50,000 validation pictures",
        "top1": 77.374,
        "top5": 93.546,
        "by": "torchvision 0.14"
      }
    ],
    "config": {
      "architecture": "resnet101",
      "num_classes": 1000,
      "input_size": [
        3,
        224,
        224
      ],
      "crop_pct": 0.875,
      "interpolation": "bilinear",
      "mean": [
        0.485,
        0.456,
        0.406
      ],
      "std": [
        0.229,
        0.224,
        0.225
      ]
    }
  },
  {
    "name": "resnet152",
    "task": "image",
    "summary": "ResNet (He et al. 2015), trained on ImageNet-1k by torchvision",
    "source": "timm/resnet152.tv_in1k",
    "licence": "BSD-3-Clause",
    "parameters": 60192808,
    "bytes": 241378168,
    "accuracy": [
      {
        "data": "ImageNet-1k, the 50,000 validation pictures",
        "top1": 78.312,
        "top5": 94.046,
        "by": "torchvision 0.14"
      }
    ],
    "config": {
      "architecture": "resnet152",
      "num_classes": 1000,
      "input_size": [
        3,
        224,
        224
      ],
      "crop_pct": 0.875,
      "interpolation": "bilinear",
      "mean": [
        0.485,
        0.456,
        0.406
      ],
      "std": [
        0.229,
        0.224,
        0.225
      ]
    }
  },
  {
    "name": "wide_resnet50_2",
    "task": "image",
    "summary": "Wide ResNet (Zagoruyko, Komodakis 2016), trained on ImageNet-1k by torchvision",
    "source": "timm/wide_resnet50_2.tv_in1k",
    "licence": "BSD-3-Clause",
    "parameters": 68883240,
    "bytes": 275806280,
    "accuracy": [
      {
        "data": "ImageNet-1k, the 50,000 validation pictures",
        "top1": 78.468,
        "top5": 94.086,
        "by": "torchvision 0.14"
      }
    ],
    "config": {
      "architecture": "wide_resnet50_2",
      "num_classes": 1000,
      "input_size": [
        3,
        224,
        224
      ],
      "crop_pct": 0.875,
      "interpolation": "bilinear",
      "mean": [
        0.485,
        0.456,
        0.406
      ],
      "std": [
        0.229,
        0.224,
        0.225
      ]
    }
  },
  {
    "name": "wide_resnet101_2",
    "task": "image",
    "summary": "Wide ResNet (Zagoruyko, Komodakis 2016), trained on ImageNet-1k by torchvision",
    "source": "timm/wide_resnet101_2.tv_in1k",
    "licence": "BSD-3-Clause",
    "parameters": 126886696,
    "bytes": 508099040,
    "accuracy": [
      {
        "data": "ImageNet-1k, the 50,000 validation pictures",
        "top1": 78.848,
        "top5": 94.284,
        "by": "torchvision 0.14"
      }
    ],
    "config": {
      "architecture": "wide_resnet101_2",
      "num_classes": 1000,
      "input_size": [
        3,
        224,
        224
      ],
      "crop_pct": 0.875,
      "interpolation": "bilinear",
      "mean": [
        0.485,
        0.456,
        0.406
      ],
      "std": [
        0.229,
        0.224,
        0.225
      ]
    }
  },
  {
    "name": "resnext50_32x4d",
    "task": "image",
    "summary": "ResNeXt (Xie et al. 2016), trained on ImageNet-1k by torchvision",
    "source": "timm/resnext50_32x4d.tv_in1k",
    "licence": "BSD-3-Clause",
    "parameters": 25028904,
    "bytes": 100388936,
    "accuracy": [
      {
        "data": "ImageNet-1k, the 50,000 validation pictures",
        "top1": 77.618,
        "top5": 93.698,
        "by": "torchvision 0.14"
      }
    ],
    "config": {
      "architecture": "resnext50_32x4d",
      "num_classes": 1000,
      "input_size": [
        3,
        224,
        224
      ],
      "crop_pct": 0.875,
      "interpolation": "bilinear",
      "mean": [
        0.485,
        0.456,
        0.406
      ],
      "std": [
        0.229,
        0.224,
        0.225
      ]
    }
  },
  {
    "name": "resnext101_32x8d",
    "task": "image",
    "summary": "ResNeXt (Xie et al. 2016), trained on ImageNet-1k by torchvision",
    "source": "timm/resnext101_32x8d.tv_in1k",
    "licence": "BSD-3-Clause",
    "parameters": 88791336,
    "bytes": 355977696,
    "accuracy": [
      {
        "data": "ImageNet-1k, the 50,000 validation pictures",
        "top1": 79.312,
        "top5": 94.526,
        "by": "torchvision 0.14"
      }
    ],
    "config": {
      "architecture": "resnext101_32x8d",
      "num_classes": 1000,
      "input_size": [
        3,
        224,
        224
      ],
      "crop_pct": 0.875,
      "interpolation": "bilinear",
      "mean": [
        0.485,
        0.456,
        0.406
      ],
      "std": [
        0.229,
        0.224,
        0.225
      ]
    }
  },
  {
    "name": "mobilenet_v1",
    "task": "image",
    "summary": "MobileNet V1 1.0 (Howard et al. 2017), trained on ImageNet-1k by timm",
    "source": "timm/mobilenetv1_100.ra4_e3600_r224_in1k",
    "licence": "Apache-2.0",
    "parameters": 4231976,
    "bytes": 17015672,
    "accuracy": [],
    "config": {
      "architecture": "mobilenet_v1",
      "num_classes": 1000,
      "input_size": [
        3,
        224,
        224
      ],
      "crop_pct": 0.875,
      "interpolation": "bicubic",
      "mean": [
        0.5,
        0.5,
        0.5
      ],
      "std": [
        0.5,
        0.5,
        0.5
      ]
    }
  },
  {
    "name": "mobilenet_v2",
    "task": "image",
    "summary": "MobileNet V2 1.0 (Sandler et al. 2018), trained on ImageNet-1k by timm",
    "source": "timm/mobilenetv2_100.ra_in1k",
    "licence": "Apache-2.0",
    "parameters": 3504872,
    "bytes": 14156352,
    "accuracy": [
      {
        "data": "ImageNet-1k, the 50,000 validation pictures",
        "top1": 72.976,
        "top5": 91.01,
        "by": "timm"
      }
    ],
    "config": {
      "architecture": "mobilenet_v2",
      "num_classes": 1000,
      "input_size": [
        3,
        224,
        224
      ],
      "crop_pct": 0.875,
      "interpolation": "bicubic",
      "mean": [
        0.485,
        0.456,
        0.406
      ],
      "std": [
        0.229,
        0.224,
        0.225
      ]
    }
  },
  {
    "name": "squeezenet1_0",
    "task": "image",
    "summary": "SqueezeNet (Iandola et al. 2016), trained on ImageNet-1k by torchvision",
    "source": "https://download.pytorch.org/models/squeezenet1_0-b66bff10.pth",
    "licence": "BSD-3-Clause",
    "parameters": 1248424,
    "bytes": 4993696,
    "accuracy": [
      {
        "data": "ImageNet-1k, the 50,000 validation pictures",
        "top1": 58.092,
        "top5": 80.42,
        "by": "torchvision 0.14"
      }
    ],
    "config": {
      "architecture": "squeezenet1_0",
      "num_classes": 1000,
      "input_size": [
        3,
        224,
        224
      ],
      "crop_pct": 0.875,
      "interpolation": "bilinear",
      "mean": [
        0.485,
        0.456,
        0.406
      ],
      "std": [
        0.229,
        0.224,
        0.225
      ]
    }
  },
  {
    "name": "squeezenet1_1",
    "task": "image",
    "summary": "SqueezeNet (Iandola et al. 2016), trained on ImageNet-1k by torchvision",
    "source": "https://download.pytorch.org/models/squeezenet1_1-b8a52dc0.pth",
    "licence": "BSD-3-Clause",
    "parameters": 1235496,
    "bytes": 4941984,
    "accuracy": [
      {
        "data": "ImageNet-1k, the 50,000 validation pictures",
        "top1": 58.178,
        "top5": 80.624,
        "by": "torchvision 0.14"
      }
    ],
    "config": {
      "architecture": "squeezenet1_1",
      "num_classes": 1000,
      "input_size": [
        3,
        224,
        224
      ],
      "crop_pct": 0.875,
      "interpolation": "bilinear",
      "mean": [
        0.485,
        0.456,
        0.406
      ],
      "std": [
        0.229,
        0.224,
        0.225
      ]
    }
  },
  {
    "name": "bert-base-uncased",
    "task": "text",
    "summary": "BERT base (Devlin et al. 2018), English without case",
    "source": "google-bert/bert-base-uncased",
    "licence": "Apache-2.0",
    "parameters": 109482240,
    "bytes": 437928960,
    "accuracy": [],
    "config": {
      "model_type": "bert",
      "max_position_embeddings": 512
    }
  },
  {
    "name": "bert-base-cased",
    "task": "text",
    "summary": "BERT base (Devlin et al. 2018), English with case",
    "source": "google-bert/bert-base-cased",
    "licence": "Apache-2.0",
    "parameters": 108310272,
    "bytes": 433241088,
    "accuracy": [],
    "config": {
      "model_type": "bert",
      "max_position_embeddings": 512
    }
  },
  {
    "name": "bert-large-uncased",
    "task": "text",
    "summary": "BERT large (Devlin et al. 2018), English without case",
    "source": "google-bert/bert-large-uncased",
    "licence": "Apache-2.0",
    "parameters": 335141888,
    "bytes": 1340567552,
    "accuracy": [],
    "config": {
      "model_type": "bert",
      "max_position_embeddings": 512
    }
  },
  {
    "name": "bert-tiny",
    "task": "text",
    "summary": "BERT, 2 layers of 128 (Turc et al. 2019), English without case",
    "source": "prajjwal1/bert-tiny",
    "licence": "MIT",
    "parameters": 4385920,
    "bytes": 17543680,
    "accuracy": [],
    "config": {
      "model_type": "bert",
      "max_position_embeddings": 512
    }
  },
  {
    "name": "bert-mini",
    "task": "text",
    "summary": "BERT, 4 layers of 256 (Turc et al. 2019), English without case",
    "source": "prajjwal1/bert-mini",
    "licence": "MIT",
    "parameters": 11170560,
    "bytes": 44682240,
    "accuracy": [],
    "config": {
      "model_type": "bert",
      "max_position_embeddings": 512
    }
  },
  {
    "name": "bert-small",
    "task": "text",
    "summary": "BERT, 4 layers of 512 (Turc et al. 2019), English without case",
    "source": "prajjwal1/bert-small",
    "licence": "MIT",
    "parameters": 28763648,
    "bytes": 115054592,
    "accuracy": [],
    "config": {
      "model_type": "bert",
      "max_position_embeddings": 512
    }
  },
  {
    "name": "bert-medium",
    "task": "text",
    "summary": "BERT, 8 layers of 512 (Turc et al. 2019), English without case",
    "source": "prajjwal1/bert-medium",
    "licence": "MIT",
    "parameters": 41373184,
    "bytes": 165492736,
    "accuracy": [],
    "config": {
      "model_type": "bert",
      "max_position_embeddings": 512
    }
  },
  {
    "name": "distilbert-base-uncased",
    "task": "text",
    "summary": "DistilBERT (Sanh et al. 2019), English without case",
    "source": "distilbert/distilbert-base-uncased",
    "licence": "Apache-2.0",
    "parameters": 66362880,
    "bytes": 265451520,
    "accuracy": [],
    "config": {
      "model_type": "distilbert",
      "max_position_embeddings": 512
    }
  },
  {
    "name": "distilbert-sst2",
    "task": "text",
    "summary": "DistilBERT, fine-tuned to tell the mood of sentences",
    "source": "distilbert/distilbert-base-uncased-finetuned-sst-2-english",
    "licence": "Apache-2.0",
    "parameters": 66955010,
    "bytes": 267820040,
    "accuracy": [
      {
        "data": "SST-2, the 872 development sentences",
        "top1": 91.3,
        "by": "the model card"
      }
    ],
    "config": {
      "model_type": "distilbert",
      "max_position_embeddings": 512
    }
  },
  {
    "name": "all-minilm-l6-v2",
    "task": "text",
    "summary": "MiniLM, 6 layers of 384, fine-tuned to embed sentences",
    "source": "sentence-transformers/all-MiniLM-L6-v2",
    "licence": "Apache-2.0",
    "parameters": 22713216,
    "bytes": 90852864,
    "accuracy": [],
    "config": {
      "model_type": "bert",
      "max_position_embeddings": 512,
      "pooling": "mean"
    }
  }
];
