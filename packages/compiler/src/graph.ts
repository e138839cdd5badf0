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

export type ValueType = {
  readonly type: ElementType;
  readonly shape: readonly Dim[];
};

export type Value = ValueType & { readonly name: string };

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

export type Node<A = Attribute> = {
  readonly op: string;
  /** Empty for ai.onnx; "com.microsoft" for ONNX Runtime's own operators; "tfjs" for kernels. */
  readonly domain: string;
  /** Value names; "" stands for an optional input that is absent. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, A>>;
};

/** A data-flow graph in topological order. Passes are functions from graph to graph. */
export type Graph<A = Attribute> = {
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly constants: readonly Constant[];
  readonly nodes: readonly Node<A>[];
  /** What is known of the values between nodes: passes use it, and nothing depends on its being full. */
  readonly values: Readonly<Record<string, ValueType>>;
};

/** What `trace` records: nodes are tfjs kernels, and their attributes are whatever tfjs passes. */
export type KernelGraph = Graph<unknown>;

/**
 * native: whatever this project's ONNX Runtime takes. wasm: the same, in forms that are fast in WebAssembly.
 * webgpu: of operators that its WebGPU computes.
 * portable: opset 17, IR 8, ai.onnx only.
 */
export type Target = "native" | "wasm" | "webgpu" | "portable";

/** Whether the graph is for this project's ONNX Runtime on a CPU, its own operators ("com.microsoft") included. */
export const onCpu = (target: Target): boolean => target === "native" || target === "wasm";
