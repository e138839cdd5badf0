import { type HostTensor, memorySource, safetensorsStore, writeSafetensors } from "@graft-ml/core";
import { join } from "../lib/mutate.js";
import { readAll, type Target } from "../lib/target.js";

const weights: Readonly<Record<string, HostTensor>> = {
  "a.weight": { dtype: "float32", shape: [2, 2], data: new Float32Array(4) },
  "a.flag": { dtype: "bool", shape: [1], data: new Uint8Array(1) },
  "a.count": { dtype: "int64", shape: [], data: new BigInt64Array(1) },
  empty: { dtype: "float16", shape: [0, 3], data: new Uint16Array(0) },
};

export const safetensors: Target = {
  name: "safetensors",
  seeds: [writeSafetensors(weights, { format: "pt" }), writeSafetensors({})],
  words: [
    ...["F64", "F32", "F16", "BF16", "I64", "U64", "U8", "BOOL"].map((code) => `"${code}"`),
    ...[
      '"data_offsets":[',
      '"shape":[',
      '"dtype":',
      '"__metadata__":{',
      '"__proto__":',
      "[[",
      "}}",
    ],
    ...["1e9", "-0", "0.5", "9007199254740993", '"a.weight":', "null", "\\u0000", "\\ud800"],
  ],
  run: (bytes, call) => readAll(safetensorsStore(memorySource(bytes)), call),
  /** Changes the header and makes its length right again. */
  async reshape(bytes, change, dice) {
    if (bytes.length < 8) return undefined;
    const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
    if (length > bytes.length - 8) return undefined;
    const header = change(bytes.subarray(8, 8 + length));
    const first = new Uint8Array(8);
    new DataView(first.buffer).setUint32(0, header.length, true);
    const data = bytes.subarray(8 + length);
    return join(first, header, dice.below(8) === 0 ? change(data) : data);
  },
};
