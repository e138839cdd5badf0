import type { PickleValue, TorchStorage } from "./value.js";

/** A PyTorch file of either format, its pickle read and its storages still in the file. */
export type Checkpoint = {
  readonly root: PickleValue;
  /** The bytes of a storage from `start` up to, not including, `end`, in a buffer of their own. */
  read(storage: TorchStorage, start: number, end: number, shared: boolean): Promise<Uint8Array>;
};

/** A pickle holds names and shapes; one beyond this is no list of weights. */
export const largestPickle = 2 ** 25;
