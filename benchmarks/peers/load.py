"""A state dict of random numbers: load.py SPECS.json FILE, where SPECS.json is {name: shape}."""

import json
import sys

import torch

specs = json.load(open(sys.argv[1]))
torch.manual_seed(0)
torch.save({name: torch.rand(shape) for name, shape in specs.items()}, sys.argv[2])
