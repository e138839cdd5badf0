// Written by scripts/zoo-manifest.mjs from manifest.json; change that file and run it again.
import type { ZooManifest } from "./manifest-type.js";

export const manifest: ZooManifest = {
  "defaults": {
    "pictures": "resnet18-half",
    "texts": "bert-2x192"
  },
  "backbones": [
    {
      "name": "resnet18-half",
      "reads": "pictures",
      "summary": "ResNet-18 at half its width, 112 x 112 pixels, trained on Caltech-101 under MobileNetV2's eye",
      "file": "resnet18-half.safetensors",
      "bytes": 5726100,
      "sha256": "6fc7022e69882c1170cb9c7083980fa263c3ee1ead39313861637bb1a8323f1b",
      "config": {
        "architecture": "resnet",
        "num_classes": 101,
        "block": "basic",
        "blocks": [
          2,
          2,
          2,
          2
        ],
        "widths": [
          32,
          64,
          128,
          256
        ],
        "stem": "imagenet",
        "stem_width": 32,
        "groups": 1,
        "width_per_group": 64,
        "bottleneck_stride": "3x3",
        "conv_bias": false,
        "feature_layers": 3,
        "bn_eps": 0.00001,
        "classes": [
          "Faces",
          "Faces_easy",
          "Leopards",
          "Motorbikes",
          "accordion",
          "airplanes",
          "anchor",
          "ant",
          "barrel",
          "bass",
          "beaver",
          "binocular",
          "bonsai",
          "brain",
          "brontosaurus",
          "buddha",
          "butterfly",
          "camera",
          "cannon",
          "car_side",
          "ceiling_fan",
          "cellphone",
          "chair",
          "chandelier",
          "cougar_body",
          "cougar_face",
          "crab",
          "crayfish",
          "crocodile",
          "crocodile_head",
          "cup",
          "dalmatian",
          "dollar_bill",
          "dolphin",
          "dragonfly",
          "electric_guitar",
          "elephant",
          "emu",
          "euphonium",
          "ewer",
          "ferry",
          "flamingo",
          "flamingo_head",
          "garfield",
          "gerenuk",
          "gramophone",
          "grand_piano",
          "hawksbill",
          "headphone",
          "hedgehog",
          "helicopter",
          "ibis",
          "inline_skate",
          "joshua_tree",
          "kangaroo",
          "ketch",
          "lamp",
          "laptop",
          "llama",
          "lobster",
          "lotus",
          "mandolin",
          "mayfly",
          "menorah",
          "metronome",
          "minaret",
          "nautilus",
          "octopus",
          "okapi",
          "pagoda",
          "panda",
          "pigeon",
          "pizza",
          "platypus",
          "pyramid",
          "revolver",
          "rhino",
          "rooster",
          "saxophone",
          "schooner",
          "scissors",
          "scorpion",
          "sea_horse",
          "snoopy",
          "soccer_ball",
          "stapler",
          "starfish",
          "stegosaurus",
          "stop_sign",
          "strawberry",
          "sunflower",
          "tick",
          "trilobite",
          "umbrella",
          "watch",
          "water_lilly",
          "wheelchair",
          "wild_cat",
          "windsor_chair",
          "wrench",
          "yin_yang"
        ],
        "input_size": [
          3,
          112,
          112
        ],
        "mean": [
          0.485,
          0.456,
          0.406
        ],
        "std": [
          0.229,
          0.224,
          0.225
        ],
        "interpolation": "bilinear",
        "crop_pct": 1
      },
      "licence": "Apache-2.0",
      "attribution": "Trained on Caltech-101 (Fei-Fei, Fergus, Perona 2004; CC BY 4.0 as stated by Caltech), with the features of MobileNetV2 1.0 224 (TensorFlow's ImageNet weights, Apache-2.0) as the teacher",
      "accuracy": [
        {
          "data": "Caltech-101, 579 pictures held out",
          "top1": 77.37
        }
      ]
    },
    {
      "name": "bert-2x192",
      "reads": "texts",
      "summary": "BERT of 2 layers of 192, 8192 pieces of English words, trained on open textbooks, answers to medical questions and opinions",
      "file": "bert-2x192.safetensors",
      "bytes": 5100000,
      "sha256": "6e33e2bcfbbd642811206e342f14df9fc0ba9f16644b5489bacb74cd601e6f45",
      "config": {
        "model_type": "bert",
        "architectures": [
          "BertForMaskedLM"
        ],
        "vocab_size": 8192,
        "hidden_size": 192,
        "num_hidden_layers": 2,
        "num_attention_heads": 3,
        "intermediate_size": 768,
        "hidden_act": "gelu_new",
        "max_position_embeddings": 128,
        "type_vocab_size": 2,
        "initializer_range": 0.02,
        "layer_norm_eps": 1e-12,
        "pad_token_id": 0,
        "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1
      },
      "licence": "Apache-2.0",
      "attribution": "Trained on 22 textbooks of OpenStax (Rice University, CC BY 4.0), MedQuAD (Ben Abacha and Demner-Fushman 2019, CC BY 4.0), and the Pros and Cons sentences and the opinion lexicon of Liu et al. (CC BY 4.0 as NLTK's data state it)",
      "accuracy": [
        {
          "data": "own texts, hidden words of 2719 rows held out",
          "top1": 39.3
        }
      ],
      "tokenizer": {
        "tokenizer.json": {
          "file": "bert-2x192.tokenizer.json",
          "bytes": 180798,
          "sha256": "f3ff25534329466d0915419c5e7a62b773c14ad619bc8233668b1efbac9c38ac"
        },
        "tokenizer_config.json": {
          "file": "bert-2x192.tokenizer_config.json",
          "bytes": 1239,
          "sha256": "6a255b69cef191bf0824318f287ac1341f13ea621717c22e2892edcb351b9f8f"
        }
      }
    }
  ]
};
