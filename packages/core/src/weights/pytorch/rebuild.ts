import { dtypeBytes, sizeOf } from "../dtype.js";
import { isKind, type PickleValue, type TorchTensor } from "./value.js";

export type Wrong = (why: string) => Error;

/** What may be told of a file: a view that repeats elements can be larger than its storage by so many. */
const mostRepeated = 2 ** 20;

const highestRank = 64;

/** The tensor that torch's `_rebuild_tensor` functions make; checked against its storage. */
export function rebuildTensor(
  [storage, offset, size, stride, named, metadata]: readonly (PickleValue | undefined)[],
  wrong: Wrong,
): TorchTensor {
  if (!isKind(storage, "storage")) throw wrong("it has a tensor without a storage");
  const dtype = isKind(named, "dtype") ? named.dtype : storage.dtype;
  if (dtype === undefined) throw wrong("it has a tensor of an untyped storage, without a dtype");
  const [shape, strides] = [counts(size), counts(stride)];
  if (!shape || !strides || shape.length !== strides.length || shape.length > highestRank) {
    throw wrong("it has a tensor without a valid shape and strides");
  }
  if (!isCount(offset)) throw wrong("it has a tensor without a valid offset");
  if (isKind(metadata, "dict") && metadata.entries.size > 0) {
    throw wrong("it has a conjugate or negative view: save its values instead");
  }
  const tensor: TorchTensor = { kind: "tensor", storage, dtype, shape, strides, offset };
  checkInside(tensor, wrong);
  return tensor;
}

function checkInside(tensor: TorchTensor, wrong: Wrong): void {
  const { storage, dtype, shape } = tensor;
  const elements = sizeOf(shape);
  const available = storage.bytes / dtypeBytes[dtype];
  const { end } = spanOf(tensor);
  // A number beyond 2^53 is not exact, and beyond every storage.
  if (end <= available && elements <= Math.max(available, mostRepeated)) return;
  throw wrong(
    `a tensor [${shape.join(", ")}] of ${dtype} reaches element ${end} and takes ${elements}; its storage "${storage.key}" has ${available}`,
  );
}

/** The elements of the storage that a view touches: from its first up to, not including, `end`. */
export function spanOf({ shape, strides, offset }: TorchTensor): { start: number; end: number } {
  if (sizeOf(shape) === 0) return { start: 0, end: 0 };
  const reach = shape.reduce((sum, size, axis) => sum + (size - 1) * (strides[axis] ?? 0), 0);
  return { start: offset, end: offset + reach + 1 };
}

/** True where the view is its span, in order: row-major without holes. */
export function isRowMajor({ shape, strides }: TorchTensor): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] ?? 1;
    if (size !== 1 && strides[axis] !== expected) return false;
    expected *= size;
  }
  return true;
}

const isCount = (value: PickleValue | undefined): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;

function counts(value: PickleValue | undefined): readonly number[] | undefined {
  if (!isKind(value, "tuple") && !isKind(value, "list")) return undefined;
  const items: readonly PickleValue[] = value.items;
  return items.every(isCount) ? items : undefined;
}
