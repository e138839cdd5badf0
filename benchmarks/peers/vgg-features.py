"""PyTorch's side of vgg-features.ts: VGG-16's 25,088 features of one picture, by Pillow, torchvision and h5py.

/usr/bin/python3 vgg-features.py FOLDER PICTURE SEED

Writes torchvision's random weights as FOLDER/torch/vgg16.pth, and the convolutions alone as Keras Applications
names them, FOLDER/keras.h5 (python3-h5py); and the features of both as float32: FOLDER/torch.bin, channels first,
and FOLDER/keras.bin, channels last, of a picture stretched by nearest neighbour, BGR less its mean.
"""

import pathlib
import sys

import h5py
import numpy as np
import torch
import torchvision
from PIL import Image, ImageOps
from torchvision import transforms

KERAS_MEAN = (103.939, 116.779, 123.68)

folder, picture, seed = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
torch.manual_seed(seed)
torch.set_num_threads(2)
net = torchvision.models.vgg16().eval()
(folder / "torch").mkdir()
torch.save(net.state_dict(), folder / "torch" / "vgg16.pth")


def convolutions():
    block, index = 1, 1
    for module in net.features:
        if isinstance(module, torch.nn.Conv2d):
            yield f"block{block}_conv{index}", module
            index += 1
        if isinstance(module, torch.nn.MaxPool2d):
            block, index = block + 1, 1


with h5py.File(folder / "keras.h5", "w") as file:
    names = []
    for name, module in convolutions():
        group = file.create_group(name)
        arrays = {
            f"{name}_W_1:0": module.weight.detach().permute(2, 3, 1, 0).contiguous().numpy(),
            f"{name}_b_1:0": module.bias.detach().numpy(),
        }
        for key, array in arrays.items():
            group.create_dataset(key, data=array)
        group.attrs["weight_names"] = [key.encode() for key in arrays]
        names.append(name.encode())
    file.attrs["layer_names"] = names

image = ImageOps.exif_transpose(Image.open(picture)).convert("RGB")
torch_view = transforms.Compose(
    [
        transforms.Resize(256),
        transforms.CenterCrop(224),
        transforms.ToTensor(),
        transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    ]
)
stretched = np.asarray(image.resize((224, 224), Image.NEAREST), dtype=np.float32)[..., ::-1]
keras_view = torch.from_numpy(stretched - np.array(KERAS_MEAN, dtype=np.float32)).permute(2, 0, 1)
with torch.inference_mode():
    maps = net.features(torch_view(image)[None])
    maps.flatten().numpy().tofile(folder / "torch.bin")
    maps = net.features(keras_view[None].contiguous())
    maps.permute(0, 2, 3, 1).flatten().numpy().tofile(folder / "keras.bin")
