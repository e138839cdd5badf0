import { GraftError } from "../errors.js";
import { pickWeights } from "../tree.js";
import type { FloatWeights, HostTensor } from "../weights/host-tensor.js";
import { isLoraWeight, loraRanks } from "./lora.js";
import type { Model } from "./model.js";

/**
 * Adapters made part of the layers' own weights, W + B A: a plain model with plain weights that computes
 * the same. Other weights are handed on as they are. Throws `weight-missing`.
 */
export function mergeLora(
  model: Model,
  weights: FloatWeights,
): { model: Model; weights: FloatWeights } {
  const { lora: _, ...config } = model.config;
  const at = (name: string) => weights[name] ?? missing(model, name);
  const merged = Object.keys(loraRanks(model)).map((name) => {
    const [own, a, b] = [".weight", ".lora_A.weight", ".lora_B.weight"].map((part) =>
      at(name + part),
    );
    return [`${name}.weight`, sum(own!, a!, b!)] as const;
  });
  const plain = (name: string): boolean => !isLoraWeight(name);
  return {
    model: { ...model, config, specs: pickWeights(model.specs, plain) },
    weights: { ...pickWeights(weights, plain), ...Object.fromEntries(merged) },
  };
}

type Floats = HostTensor<"float32">;

/** [out, ...] + [out, r] [r, ...], summed in float64. */
function sum(own: Floats, a: Floats, b: Floats): Floats {
  const [out = 0] = own.shape;
  const [rank = 0] = a.shape;
  const columns = own.data.length / out;
  const data = new Float32Array(own.data.length);
  const row = new Float64Array(columns);
  for (let at = 0; at < out; at++) {
    row.set(own.data.subarray(at * columns, (at + 1) * columns));
    for (let inner = 0; inner < rank; inner++) {
      const factor = b.data[at * rank + inner]!;
      for (let column = 0; column < columns; column++) {
        row[column]! += factor * a.data[inner * columns + column]!;
      }
    }
    data.set(row, at * columns);
  }
  return { dtype: "float32", shape: own.shape, data };
}

function missing(model: Model, name: string): never {
  throw new GraftError(
    "weight-missing",
    `The weights of "${model.architecture}" with adapters lack "${name}". Merge the base's and the adapter's weights together.`,
    { details: { architecture: model.architecture, name } },
  );
}
