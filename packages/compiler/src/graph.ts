/** ONNX element types that graphs carry. */
export type ElementType =
  | "float32"
  | "float16"
  | "float64"
  | "int64"
  | "int32"
  | "int8"
  | "uint8"
  | "bool";

/** A size: a number, or an expression over named sizes such as "batch" or "2*height". */
export type Dim = number | string;

export type Value = {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly Dim[];
};

export type ConstantData =
  | Float32Array
  | Float64Array
  | BigInt64Array
  | Int32Array
  | Int8Array
  | Uint8Array
  | Uint16Array;

export type Constant = {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: ConstantData;
};

/** Integers and lists of them are plain numbers; a float is marked, since JavaScript cannot tell. */
export type Attribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] };

export type Node = {
  readonly op: string;
  /** Empty for ai.onnx; "com.microsoft" for ONNX Runtime's own operators. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
};

/** A data-flow graph in topological order. Passes are functions from graph to graph. */
export type Graph = {
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly constants: readonly Constant[];
  readonly nodes: readonly Node[];
};
