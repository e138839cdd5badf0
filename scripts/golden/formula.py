"""Numbers that a golden test can make again, so that its file need not hold them.

Value i of a name is the finaliser of MurmurHash3 over (FNV-1a of the name, plus i), as a fraction of 2^32;
`packages/core/src/testing/formula.ts` is the same in TypeScript.
"""

import numpy as np
import torch


def fnv1a(text):
    value = 0x811C9DC5
    for byte in text.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def values(name, shape, low=-1.0, high=1.0):
    """A float32 tensor of the given shape, uniform between low and high."""
    count = int(np.prod(shape))
    h = np.arange(count, dtype=np.uint64) + np.uint64(fnv1a(name))
    mask = np.uint64(0xFFFFFFFF)
    h &= mask
    h ^= h >> np.uint64(16)
    h = (h * np.uint64(0x85EBCA6B)) & mask
    h ^= h >> np.uint64(13)
    h = (h * np.uint64(0xC2B2AE35)) & mask
    h ^= h >> np.uint64(16)
    flat = low + h.astype(np.float64) / 2.0**32 * (high - low)
    return torch.tensor(flat.astype(np.float32).reshape(shape))


def rounded(tensor, digits=8):
    """Nested lists of a tensor's numbers, with enough digits for float32."""
    return [float(f"{value:.{digits}g}") for value in tensor.detach().double().flatten().tolist()]
