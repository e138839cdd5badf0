import type { DType } from "../host-tensor.js";

/** An array of bytes that a checkpoint's tensors look into; several may share one. */
export type TorchStorage = {
  readonly kind: "storage";
  readonly key: string;
  /** Undefined for an untyped storage: its tensors say what they are. */
  readonly dtype: DType | undefined;
  /** Of the storage's dtype; bytes of an untyped one. */
  readonly elements: number;
  readonly bytes: number;
};

/** A strided view of a storage; offset and strides count elements. */
export type TorchTensor = {
  readonly kind: "tensor";
  readonly storage: TorchStorage;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
};

/** Something that a pickle may name; `call` makes what Python's call would, if it may be called. */
type PickleGlobal = {
  readonly kind: "global";
  readonly name: string;
  readonly call?: (args: readonly PickleValue[]) => PickleValue;
};

export type PickleList = { readonly kind: "list"; readonly items: PickleValue[] };

export type PickleTuple = { readonly kind: "tuple"; readonly items: readonly PickleValue[] };

export type PickleDict = {
  readonly kind: "dict";
  readonly entries: Map<PickleValue, PickleValue>;
};

type StorageType = { readonly kind: "storage-type"; readonly dtype: DType | undefined };

type DTypeName = { readonly kind: "dtype"; readonly dtype: DType };

/** Everything that a checkpoint may hold: data, and views of data. Nothing here can do anything. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleList
  | PickleTuple
  | PickleDict
  | PickleGlobal
  | StorageType
  | DTypeName
  | TorchStorage
  | TorchTensor;

type Kinds = Exclude<PickleValue, null | boolean | number | bigint | string | Uint8Array>;

/** True for an object of this kind. */
export function isKind<K extends Kinds["kind"]>(
  value: PickleValue | undefined,
  kind: K,
): value is Extract<Kinds, { kind: K }> {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === kind;
}

/** A text from a file, quoted, and cut where it gets long. */
export const quote = (text: string): string =>
  JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text);
