import { instantiateKernels } from "../wasm/kernels.js";
import type { DrawWords, Manifest } from "./protocol.js";

/** The memory of a graph's random draws. */
export type Draws = {
  /** The array of one input: bytes of 0 and 1, or floats in [0, 1). */
  view(name: string): Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
  /** Draws all of them. */
  fill(words: DrawWords): void;
};

const wordsPerDraw = 5;
const pageBytes = 65536;
/** The loop makes this many numbers at a time. */
const groupSize = 16;

export function createDraws(manifest: Manifest): Draws {
  let end = 0;
  const draws = manifest.inputs.flatMap((port) => {
    if (port.from !== "draw") return [];
    const length = port.shape.reduce((product, size) => product * size, 1);
    const groups = Math.ceil(length / groupSize);
    const at = end;
    end += groups * groupSize * (port.kind === "uniform" ? 4 : 1);
    return [{ ...port, at, length, groups }];
  });
  const memory = new WebAssembly.Memory({ initial: Math.ceil(end / pageBytes) });
  const kernels = instantiateKernels(memory);
  const buffer = memory.buffer as ArrayBuffer;
  return {
    view: (name) => {
      const draw = draws.find((candidate) => candidate.name === name);
      if (draw === undefined) throw new RangeError(`No draw is called "${name}".`);
      return draw.kind === "uniform"
        ? new Float32Array(buffer, draw.at, draw.length)
        : new Uint8Array(buffer, draw.at, draw.length);
    },
    fill: (words) => {
      for (const [index, { at, groups, kind, keep }] of draws.entries()) {
        const [c1 = 0, c2 = 0, c3 = 0, k0 = 0, k1 = 0] = words.subarray(index * wordsPerDraw);
        const threshold = kind === "uniform" ? -1 : Math.ceil(keep * 2 ** 24);
        if (groups > 0) kernels.draw(at, groups, threshold, c1, c2, c3, k0, k1);
      }
    },
  };
}
