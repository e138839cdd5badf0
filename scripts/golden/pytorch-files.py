"""Small files of torch.save, both formats, with the values that torch says they hold.

/usr/bin/python3 scripts/golden/pytorch-files.py > packages/core/src/weights/pytorch/golden/files.json
"""

import base64
import collections
import io
import json
import os

import torch

COMMAND = __doc__.strip().splitlines()[-1]


class Call:
    """Runs a command where a pickle is run."""

    def __reduce__(self):
        return (os.system, ("echo it ran",))


def views():
    base = torch.arange(24.0).reshape(2, 3, 4)
    return collections.OrderedDict(
        whole=base,
        turned=base.transpose(0, 2),
        every_second=base[:, 1:, ::2],
        row=base[1],
        expanded=torch.ones(1).expand(5),
        turned_doubles=torch.arange(6, dtype=torch.float64).reshape(2, 3).t(),
        turned_longs=torch.arange(6).reshape(2, 3).t(),
        turned_bytes=torch.arange(6, dtype=torch.uint8).reshape(2, 3).t(),
        turned_halves=torch.arange(6).half().reshape(2, 3).t(),
        bfloat=torch.tensor([1.0, -2.0]).bfloat16(),
        count=torch.tensor(-7),
        flags=torch.tensor([True, False]),
        int8=torch.tensor([-1], dtype=torch.int8),
        int16=torch.tensor([-300], dtype=torch.int16),
        int32=torch.tensor([70000], dtype=torch.int32),
        empty=torch.zeros(0, 3),
        parameter=torch.nn.Parameter(torch.ones(2)),
    )


def module_state():
    module = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.BatchNorm1d(2))
    return module.state_dict()


def others():
    return {
        "weight": torch.ones(1),
        "storage": torch.ones(2).storage(),
        "size": torch.Size([2, 3]),
        "device": torch.device("cuda:0"),
        "dtype": torch.float16,
        "bytes": b"bytes\xff",
        "numbers": [1, -1, 300, -70000, 2**40, -(2**70), 1.5, True, None, (), (1,), (1, 2, 3, 4)],
    }


def nested():
    state = module_state()
    optimizer = {"state": {0: {"step": torch.tensor(1.0), "exp_avg": torch.ones(2)}}}
    return {"state_dict": state, "epoch": 3, "best": torch.tensor(1.5), "optimizer": optimizer}


def described(tensors):
    return {
        name: {
            "dtype": str(tensor.dtype).removeprefix("torch."),
            "shape": list(tensor.shape),
            "values": tensor.detach().double().flatten().tolist(),
        }
        for name, tensor in tensors.items()
        if isinstance(tensor, torch.Tensor)
    }


def file(value, holds=None, protocol=2, legacy=False):
    stream = io.BytesIO()
    torch.save(value, stream, pickle_protocol=protocol, _use_new_zipfile_serialization=not legacy)
    data = base64.b64encode(stream.getvalue()).decode()
    return {"base64": data, "holds": holds and described(holds)}


torch.manual_seed(0)
files = {
    f"views, {'legacy' if legacy else 'zip'}, protocol {protocol}": file(
        views(), views(), protocol, legacy
    )
    for legacy, protocol in ((False, 1), (False, 2), (False, 4), (True, 2), (True, 5))
}
for legacy in (False, True):
    kind = "legacy" if legacy else "zip"
    checkpoint = nested()
    files[f"nested, {kind}"] = file(checkpoint, checkpoint["state_dict"], legacy=legacy)
    files[f"others, {kind}"] = file(others(), others(), legacy=legacy)
    two = {"model": module_state(), "ema": {"model": module_state()}}
    files[f"two, {kind}"] = file(two, legacy=legacy)
    files[f"call, {kind}"] = file({"weight": torch.ones(1), "call": Call()}, legacy=legacy)
    files[f"module, {kind}"] = file(torch.nn.Linear(1, 1), legacy=legacy)
    files[f"none, {kind}"] = file({"epoch": 3}, legacy=legacy)
print(json.dumps({"command": COMMAND, "torch": torch.__version__, "files": files}, indent=1))
