import { GraftError } from "../../errors.js";
import { corrupt } from "../corrupt.js";
import { dtypeBytes } from "../dtype.js";
import type { DType } from "../host-tensor.js";
import { rebuildTensor, type Wrong } from "./rebuild.js";
import {
  isKind,
  type PickleList,
  type PickleTuple,
  type PickleValue,
  quote,
  type TorchStorage,
} from "./value.js";

const storageTypes: Readonly<Record<string, DType | undefined>> = {
  DoubleStorage: "float64",
  FloatStorage: "float32",
  HalfStorage: "float16",
  BFloat16Storage: "bfloat16",
  LongStorage: "int64",
  IntStorage: "int32",
  ShortStorage: "int16",
  CharStorage: "int8",
  ByteStorage: "uint8",
  BoolStorage: "bool",
  UntypedStorage: undefined,
};

type Call = (args: readonly PickleValue[], wrong: Wrong) => PickleValue;

/** All that a checkpoint may call: makers of tensors and of containers. */
const callable: Readonly<Record<string, Call>> = {
  "torch._utils._rebuild_tensor": (args, wrong) => rebuildTensor(args.slice(0, 4), wrong),
  "torch._utils._rebuild_tensor_v2": ([storage, offset, size, stride, , , metadata], wrong) =>
    rebuildTensor([storage, offset, size, stride, null, metadata], wrong),
  "torch._utils._rebuild_tensor_v3": (args, wrong) => {
    const [storage, offset, size, stride, , , dtype, metadata] = args;
    return rebuildTensor([storage, offset, size, stride, dtype, metadata], wrong);
  },
  "torch._utils._rebuild_parameter": tensorOf,
  "torch._utils._rebuild_parameter_with_state": tensorOf,
  "torch.Size": ([items], wrong) => ({ kind: "tuple", items: [...sequence(items, wrong).items] }),
  "torch.device": ([type, index]) => `${String(type)}${index === undefined ? "" : `:${index}`}`,
  "collections.OrderedDict": orderedDict,
  // Python 3's bytes in protocol 2.
  "_codecs.encode": encode,
};

/** What a name in a checkpoint stands for. Throws `weights-refused` for all others, by name. */
export function torchGlobal(name: string, file: string): PickleValue {
  const wrong = (why: string): Error => corrupt(file, why);
  const call = Object.hasOwn(callable, name) ? callable[name] : undefined;
  if (call) return { kind: "global", name, call: (args) => call(args, wrong) };
  const own = name.replace(/^torch\.(storage\.)?/, "");
  if (own !== name) {
    if (Object.hasOwn(storageTypes, own)) return { kind: "storage-type", dtype: storageTypes[own] };
    if (Object.hasOwn(dtypeBytes, own)) return { kind: "dtype", dtype: own as DType };
  }
  throw new GraftError(
    "weights-refused",
    `${file} asks for the Python object ${quote(name)}, and nothing in it was run: only tensors, numbers, text and containers of them are read. If you trust the file, load it in Python and save its state dict alone.`,
    { details: { file, name } },
  );
}

function tensorOf([data]: readonly PickleValue[], wrong: Wrong): PickleValue {
  if (isKind(data, "tensor")) return data;
  throw wrong("it has a parameter without a tensor");
}

function orderedDict([pairs]: readonly PickleValue[], wrong: Wrong): PickleValue {
  const items = pairs === undefined ? [] : sequence(pairs, wrong).items;
  const entries = items.map((pair): [PickleValue, PickleValue] => {
    const [key, value] = sequence(pair, wrong).items;
    if (key === undefined || value === undefined) throw wrong("an OrderedDict has a broken pair");
    return [key, value];
  });
  return { kind: "dict", entries: new Map(entries) };
}

function encode([text, encoding]: readonly PickleValue[], wrong: Wrong): PickleValue {
  if (typeof text !== "string" || encoding !== "latin1") throw wrong("it has bytes as no text");
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
}

function sequence(value: PickleValue | undefined, wrong: Wrong): PickleList | PickleTuple {
  if (isKind(value, "tuple") || isKind(value, "list")) return value;
  throw wrong("it has something else where a tuple or list belongs");
}

/** The storage that `("storage", type, key, location, elements)` names, as torch.save writes it. */
export function torchStorage(id: PickleValue, file: string): TorchStorage {
  const wrong = (why: string): Error => corrupt(file, why);
  const [what, type, key, , elements, view] = isKind(id, "tuple") ? id.items : [];
  if (typeof what === "string" && what !== "storage") {
    throw wrong(`it refers to a ${quote(what)}, and only storages are read`);
  }
  const isWhole = view === undefined || view === null;
  if (!isKind(type, "storage-type") || typeof key !== "string" || !isWhole) {
    throw wrong("it refers to a storage in a way that torch.save does not");
  }
  const bytes = Number(elements) * (type.dtype ? dtypeBytes[type.dtype] : 1);
  if (typeof elements !== "number" || !Number.isSafeInteger(bytes) || bytes < 0) {
    throw wrong(`its storage ${quote(key)} has no valid size`);
  }
  return { kind: "storage", key, dtype: type.dtype, elements, bytes };
}
