type Arrays = {
  float64: Float64Array;
  float32: Float32Array;
  /** The 16-bit pattern; tfjs has no such type, so it stays on the host. */
  float16: Uint16Array;
  /** The upper half of a float32. */
  bfloat16: Uint16Array;
  int64: BigInt64Array;
  uint64: BigUint64Array;
  int32: Int32Array;
  uint32: Uint32Array;
  int16: Int16Array;
  uint16: Uint16Array;
  int8: Int8Array;
  uint8: Uint8Array;
  /** One byte an element, 0 or 1. */
  bool: Uint8Array;
};

export type DType = keyof Arrays;

/** An array on the host, row-major, in upstream's layout (OIHW filters, `[out, in]` matrices). */
export type HostTensor<D extends DType = DType> = {
  [K in D]: { readonly dtype: K; readonly shape: readonly number[]; readonly data: Arrays[K] };
}[D];

/** Flat weights as files and optimizers see them: checkpoint key -> array. */
export type Weights = Readonly<Record<string, HostTensor>>;

/** Float32 weights: what programs and optimizers compute with. */
export type FloatWeights = Readonly<Record<string, HostTensor<"float32">>>;
