"""Weights files laid out as Keras writes them, by h5py: Keras itself is not needed.

Values are those of formula.py under the weight's name. HDF5's newest form notes when groups were made, so
that latest.h5 differs from run to run. `apt install python3-h5py`, then
/usr/bin/python3 scripts/golden/keras.py packages/core/src/weights/keras/golden
"""

import io
import json
import sys
import zipfile

import h5py
from formula import values

CONV = [("kernel", (3, 3, 2, 4)), ("bias", (4,))]
NORM = [("gamma", (4,)), ("beta", (4,)), ("moving_mean", (4,)), ("moving_variance", (4,))]
DEPTHWISE = [("depthwise_kernel", (3, 3, 4, 1))]
DENSE = [("kernel", (4, 3)), ("bias", (3,))]
LAYERS = [
    ("input_1", "InputLayer", []),
    ("stem_conv", "Conv2D", CONV),
    ("stem_bn", "BatchNormalization", NORM),
    ("act", "ReLU", []),
    ("mix", "DepthwiseConv2D", DEPTHWISE),
    ("block_conv", "Conv2D", [("kernel", (1, 1, 4, 4))]),
    ("predictions", "Dense", DENSE),
]
SNAKE = {
    "InputLayer": "input_layer",
    "Conv2D": "conv2d",
    "BatchNormalization": "batch_normalization",
    "ReLU": "re_lu",
    "DepthwiseConv2D": "depthwise_conv2d",
    "Dense": "dense",
}


def array(layer, name, shape, dtype="float32"):
    return values(f"{layer}/{name}", shape).numpy().astype(dtype)


def put_list(group, name, data, chunks=1):
    """Keras splits what would not fit into one attribute."""
    if chunks == 1:
        group.attrs[name] = data
        return
    size = -(-len(data) // chunks)
    for chunk in range(chunks):
        group.attrs[f"{name}{chunk}"] = data[chunk * size : (chunk + 1) * size]


def write_layers(group, name_of, layers=LAYERS, chunks=1, dtype="float32"):
    """Keras 1 and 2: layers as groups, their weights listed in attributes."""
    put_list(group, "layer_names", [layer.encode() for layer, _, _ in layers], chunks)
    group.attrs["backend"] = b"tensorflow"
    group.attrs["keras_version"] = b"2.4.0"
    for layer, _, weights in sorted(layers):
        inner = group.create_group(layer)
        put_list(inner, "weight_names", [name_of(layer, name).encode() for name, _ in weights])
        for name, shape in weights:
            inner.create_dataset(name_of(layer, name), data=array(layer, name, shape, dtype), track_times=False)
    group.create_group("top_level_model_weights").attrs["weight_names"] = []


def write_variables(file, named, layers=LAYERS):
    """Keras 3: numbered arrays; later versions say the layer's name beside them."""
    counts = {}
    file.create_group("vars")
    for layer, kind, weights in layers:
        count = counts.get(kind, 0)
        counts[kind] = count + 1
        path = f"layers/{SNAKE[kind]}" + (f"_{count}" if count else "")
        group = file.create_group(path).create_group("vars")
        if named:
            group.attrs["name"] = layer
        for index, (name, shape) in enumerate(weights):
            group[str(index)] = array(layer, name, shape)
    file.create_group("optimizer").create_group("vars")["0"] = array("optimizer", "0", (5,))


def config():
    layers = [{"module": "keras.layers", "class_name": kind, "config": {"name": layer}} for layer, kind, _ in LAYERS]
    return json.dumps({"module": "keras", "class_name": "Functional", "config": {"name": "model", "layers": layers}})


def keras2_name(layer, name):
    return f"{layer}/{name}:0"


def keras1_name(layer, name):
    short = {"kernel": "W", "bias": "b", "moving_mean": "running_mean", "moving_variance": "running_std"}
    return f"{layer}_{short.get(name, name)}_1:0"


def main(folder):
    with h5py.File(f"{folder}/keras2-weights.h5", "w") as file:
        write_layers(file, keras2_name)
    with h5py.File(f"{folder}/keras2-model.h5", "w") as file:
        file.attrs["model_config"] = config().encode()
        write_layers(file.create_group("model_weights"), keras2_name, chunks=3, dtype="float16")
        file.create_group("optimizer_weights").attrs["weight_names"] = [b"Adam/iter:0"]
    with h5py.File(f"{folder}/keras1.h5", "w") as file:
        write_layers(file, keras1_name)
    with h5py.File(f"{folder}/keras3.weights.h5", "w") as file:
        write_variables(file, named=True)
    with h5py.File(f"{folder}/latest.h5", "w", libver="latest") as file:
        write_layers(file, keras2_name)
    with h5py.File(f"{folder}/chunked.h5", "w") as file:
        file.attrs["layer_names"] = [b"a"]
        file.create_group("a").attrs["weight_names"] = [b"a/kernel:0"]
        file["a"].create_dataset("a/kernel:0", data=array("a", "kernel", (4, 4)), compression="gzip")
    tiny = [("a", "Conv2D", CONV[1:])]
    with h5py.File(f"{folder}/tiny.h5", "w") as file:
        write_layers(file, keras2_name, tiny)
    with h5py.File(f"{folder}/tiny.weights.h5", "w") as file:
        write_variables(file, named=True, layers=tiny)
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        write_variables(file, named=False)
    with zipfile.ZipFile(f"{folder}/model.keras", "w") as archive:
        for name, content in [
            ("metadata.json", json.dumps({"keras_version": "3.3.3"})),
            ("config.json", config()),
            ("model.weights.h5", buffer.getvalue()),
        ]:
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)


if __name__ == "__main__":
    main(sys.argv[1])
