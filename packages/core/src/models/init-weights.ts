import { type Draw, normalValues, uniformValues } from "../random.js";
import type { FloatWeights } from "../weights/host-tensor.js";
import type { Init, Model } from "./model.js";

export type InitOptions = {
  seed: number;
  /** Which weights to make. Default: all. */
  only?: (name: string) => boolean;
};

/**
 * Weights and running statistics to start from, by PyTorch's schemes (He et al. 2015, arXiv
 * 1502.01852). A weight's values depend on the seed and its name alone.
 */
export function initWeights(model: Model, { seed, only = () => true }: InitOptions): FloatWeights {
  return Object.fromEntries(
    Object.entries(model.specs)
      .filter(([name]) => only(name))
      .map(([name, { shape, init }]) => {
        const draw = { seed, site: `init/${name}` };
        return [name, { dtype: "float32", shape, data: values(init, shape, draw) }] as const;
      }),
  );
}

function values(init: Init, shape: readonly number[], draw: Draw): Float32Array {
  const count = volume(shape);
  switch (init.kind) {
    case "constant":
      return new Float32Array(count).fill(init.value);
    case "normal":
      return scaled(normalValues(draw, count), init.std);
    case "uniform":
      return within(init.bound, draw, count);
    case "kaiming-normal": {
      const fan = init.mode === "fan-in" ? fanIn(shape) : fanOut(shape);
      return scaled(normalValues(draw, count), Math.sqrt(2 / fan));
    }
    case "kaiming-uniform":
      return within(Math.sqrt(6 / fanIn(shape)), draw, count);
  }
}

const within = (bound: number, draw: Draw, count: number): Float32Array =>
  scaled(uniformValues(draw, count), 2 * bound, -bound);

/** In place: a large network has tens of millions of values. */
function scaled(values: Float32Array, factor: number, offset = 0): Float32Array {
  for (let index = 0; index < values.length; index++) {
    values[index] = values[index]! * factor + offset;
  }
  return values;
}

const volume = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);
const fanIn = (shape: readonly number[]): number => volume(shape.slice(1));
const fanOut = ([out, , ...window]: readonly number[]): number => (out ?? 1) * volume(window);
