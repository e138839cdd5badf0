import { signal } from "@preact/signals";
import type { Strategy } from "../studio/studio.js";

/** How the next training is to go. */
export const options = {
  strategy: signal<Strategy>("probe"),
  /** Undefined leaves it to the strategy. */
  epochs: signal<number | undefined>(undefined),
  seed: signal(0),
  scratch: signal(false),
};
