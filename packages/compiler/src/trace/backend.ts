import * as tf from "@tensorflow/tfjs-core";
import { CompileError } from "../errors.js";
import type { ConstantData } from "../graph.js";
import { type Recorder, type TensorDType, type TracedValue, tensorDType } from "./recorder.js";

export const BACKEND = "graft-trace";

const asConstant = (values: tf.BackendValues, dtype: TensorDType): ConstantData => {
  if (dtype === "float32") return Float32Array.from(values as Float32Array);
  if (dtype === "int32") return Int32Array.from(values as Int32Array);
  return Uint8Array.from(values as Uint8Array);
};

function unknown(value: TracedValue): CompileError {
  const shape = value.shape.join(", ");
  return new CompileError(
    "value-unknown",
    `The program reads a ${value.dtype} tensor of shape [${shape}], made by ${value.madeBy}, while it is being traced: ` +
      "its value is not known yet. Return the tensor from the program and read it afterwards.",
    { details: { operation: value.madeBy, shape: value.shape } },
  );
}

/**
 * A tfjs backend that computes nothing: every kernel becomes a node of the recorder. One instance
 * lives as long as one trace.
 */
export class TraceBackend extends tf.KernelBackend {
  readonly recorder: Recorder;
  readonly #values = new WeakMap<object, TracedValue>();
  readonly #captured = new WeakMap<object, TracedValue>();
  /** The first read of an unknown value: the program may have swallowed the error, or not awaited it. */
  failure: CompileError | undefined;

  constructor(recorder: Recorder) {
    super();
    this.recorder = recorder;
  }

  /** A tensor that stands for a value of the graph. */
  wrap(value: TracedValue): tf.TensorInfo {
    const dataId = {};
    this.#values.set(dataId, value);
    return { dataId, shape: [...value.shape], dtype: value.dtype };
  }

  /** What a tensor stands for. A tensor of another backend becomes a constant: its data is copied. */
  symbolOf(tensor: tf.TensorInfo): TracedValue {
    const known = this.#values.get(tensor.dataId) ?? this.#captured.get(tensor.dataId);
    return this.recorder.reshaped(known ?? this.#capture(tensor), tensor.shape);
  }

  #capture({ dataId, dtype, shape }: tf.TensorInfo): TracedValue {
    const type = tensorDType(dtype);
    const data = asConstant(tf.engine().readSync(dataId), type);
    const value = this.recorder.constant(data, shape, type);
    this.#captured.set(dataId, value);
    return value;
  }

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
    const type = tensorDType(dtype);
    return this.wrap(this.recorder.constant(asConstant(values, type), shape, type)).dataId;
  }

  override readSync(dataId: object): tf.BackendValues {
    const value = this.#values.get(dataId);
    const data = value && this.recorder.dataOf(value);
    if (data !== undefined) return data as Float32Array | Int32Array | Uint8Array;
    this.failure ??= unknown(value ?? { name: "", dtype: "float32", shape: [], madeBy: "?" });
    throw this.failure;
  }

  /** The trace fails as a whole, so this promise stays open: a rejection would surface elsewhere. */
  override read(dataId: object): Promise<tf.BackendValues> {
    try {
      return Promise.resolve(this.readSync(dataId));
    } catch {
      return new Promise(() => {});
    }
  }

  override refCount(): number {
    return 1;
  }
  override incRef(): void {}
  override disposeData(): boolean {
    return true;
  }
  override numDataIds(): number {
    return 0;
  }
  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }
  override floatPrecision(): 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7;
  }
  override timerAvailable(): boolean {
    return false;
  }
  override dispose(): void {}
}
