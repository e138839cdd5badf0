import { kernelsBase64 } from "./kernels.generated.js";

/**
 * Loops over one memory; kernels.wat states the formulas. Addresses are bytes and multiples of 16;
 * `count` is in floats, and what lies between it and the next multiple of 4 must be zeros.
 */
export type Kernels = {
  sgdMomentum(
    ...args: [
      weight: number,
      gradient: number,
      momentumSlot: number,
      count: number,
      scale: number,
      rate: number,
      decay: number,
      momentum: number,
      own: number,
      past: number,
    ]
  ): void;
  sgd(
    ...args: [
      weight: number,
      gradient: number,
      count: number,
      scale: number,
      rate: number,
      decay: number,
    ]
  ): void;
  adamw(
    ...args: [
      weight: number,
      gradient: number,
      meanSlot: number,
      varianceSlot: number,
      count: number,
      scale: number,
      rate: number,
      keep: number,
      b1: number,
      c1: number,
      b2: number,
      c2: number,
      unbias: number,
      epsilon: number,
    ]
  ): void;
  /** Finite exactly when every float is. */
  squaredNorm(x: number, count: number): number;
  scale(x: number, count: number, factor: number): void;
  accumulate(sum: number, x: number, count: number): void;
  /**
   * 16 random numbers a group at `out`: bytes, 1 where the upper 24 bits of the word are below
   * `threshold`; or, where that is negative, these bits as floats in [0, 1).
   */
  draw(
    ...args: [
      out: number,
      groups: number,
      threshold: number,
      c1: number,
      c2: number,
      c3: number,
      k0: number,
      k1: number,
    ]
  ): void;
};

let compiled: WebAssembly.Module | undefined;

/** The loops of kernels.wat, bound to `memory`. */
export function instantiateKernels(memory: WebAssembly.Memory): Kernels {
  compiled ??= new WebAssembly.Module(bytesOf(kernelsBase64));
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  return exports as Kernels;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
