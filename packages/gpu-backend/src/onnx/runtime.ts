import type { HostArray, HostType, LoadRequest } from "./protocol.js";

/** An array as ONNX Runtime takes and gives it. */
export type Tensor = { readonly type: string; readonly data: unknown };

export type Tensors = Readonly<Record<string, Tensor>>;

/** What is asked of ONNX Runtime, whichever build of it computes. */
export type Runtime = {
  /** A tensor over the array itself: what is written to it later, later runs see. */
  tensor(type: HostType, data: HostArray, shape: readonly number[]): Tensor;
  compile(request: LoadRequest, options: CompileOptions): Promise<Graph>;
};

export type CompileOptions = {
  readonly threads: number;
  /** Graphs that are held already. */
  readonly held: number;
};

/** A compiled graph. Runs must not overlap. */
export type Graph = {
  /** Computes the outputs that are named, as fresh arrays. */
  run(feeds: Tensors, wanted: readonly string[]): Promise<Tensors>;
  /** Computes outputs into the arrays of tensors. */
  runInto(feeds: Tensors, targets: Tensors): Promise<void>;
  release(): Promise<void>;
};
