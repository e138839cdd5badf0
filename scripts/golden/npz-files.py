"""Small files of np.savez with the values that NumPy says they hold.

/usr/bin/python3 scripts/golden/npz-files.py > packages/core/src/weights/npz/golden/files.json
"""

import base64
import io
import json
import zipfile

import numpy as np

COMMAND = __doc__.strip().splitlines()[-1]
CODES = ["f8", "f4", "f2", "i8", "u8", "i4", "u4", "i2", "u2", "i1", "u1", "b1"]


def arrays(order):
    six = np.arange(6).reshape(2, 3)
    values = {code: (six % 2 if code == "b1" else six).astype(order + code) for code in CODES}
    fortran = {f"turned/{code}": np.asfortranarray(value) for code, value in values.items()}
    cube = np.arange(24, dtype=order + "f4").reshape(2, 3, 4)
    others = {
        "scalar": np.array(-2.5, order + "f8"),
        "empty": np.zeros((0, 3), order + "f4"),
        "turned/empty": np.asfortranarray(np.zeros((3, 0, 2), order + "f4")),
        "turned/cube": np.asfortranarray(cube),
        "turned/vector": np.asfortranarray(np.arange(3, dtype=order + "f4")),
    }
    return {**values, **fortran, **others}


def described(values):
    return {
        name: {
            "dtype": value.dtype.name,
            "shape": list(value.shape),
            "values": value.astype("f8").flatten().tolist(),
        }
        for name, value in values.items()
    }


def coded(data, holds=None):
    return {"base64": base64.b64encode(data).decode(), "holds": holds and described(holds)}


def saved(values, save=np.savez):
    stream = io.BytesIO()
    save(stream, **values)
    return coded(stream.getvalue(), values)


def version(number):
    """np.savez writes the lowest version that does; later ones have to be asked for."""
    values = {"a": np.arange(3, dtype="<f4")}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        with archive.open("a.npy", "w") as file:
            np.lib.format.write_array(file, values["a"], version=(number, 0))
    return coded(stream.getvalue(), values)


def refused(array):
    stream = io.BytesIO()
    np.savez(stream, array)
    return coded(stream.getvalue())


files = {
    "little-endian": saved(arrays("<")),
    "big-endian": saved(arrays(">")),
    "compressed": saved(arrays("<"), np.savez_compressed),
    "version 2": version(2),
    "version 3": version(3),
    "object": refused(np.array([{"a": 1}], dtype=object)),
    "structured": refused(np.zeros(2, dtype=[("x", "<f4")])),
    "complex": refused(np.zeros(2, dtype="<c8")),
    "text": refused(np.array(["ab"])),
}
print(json.dumps({"command": COMMAND, "numpy": np.__version__, "files": files}, indent=1))
