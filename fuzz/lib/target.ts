import type { WeightStore } from "@graft-ml/core";
import type { Dice } from "./random.js";

/** Runs one public call, under the limit on what it may allocate. */
export type Call = <T>(work: () => Promise<T>) => Promise<T>;

/** A reader to be fuzzed. */
export type Target = {
  readonly name: string;
  /** Well-formed files, as small as they get. */
  readonly seeds: readonly Uint8Array[];
  /** Bytes or text that mean something to the format. */
  readonly words: readonly (string | Uint8Array)[];
  /** Reads an input wholly; each call of the library goes through `call`. */
  run(bytes: Uint8Array, call: Call): Promise<void>;
  /**
   * The format's own way to change an input, with its lengths and checksums made right again, so that
   * changes reach what lies behind them. Undefined where the input is too broken for that.
   */
  reshape?(
    bytes: Uint8Array,
    change: (part: Uint8Array) => Uint8Array,
    dice: Dice,
  ): Promise<Uint8Array | undefined>;
};

/** Lists a store and reads all that it lists. */
export async function readAll(store: WeightStore, call: Call): Promise<void> {
  const list = await call(() => store.list());
  for (const name of Object.keys(list)) await call(() => store.get(name));
}
