import { median } from "../src/pruners/median.js";
import { random } from "../src/samplers/random.js";
import type { Space } from "../src/space/space.js";
import { objective } from "./objective.js";

const space: Space = {
  parameters: {
    x: { kind: "float", min: -5, max: 5 },
    y: { kind: "float", min: 0.001, max: 5, log: true },
  },
  constraints: [],
};

/** The search that is disturbed. Workers that are killed are never the trial's fault here. */
export const theSearch = {
  space,
  sampler: random(),
  pruner: median({ startup: 4 }),
  objective,
  trials: 60,
  window: 8,
  retries: 1000,
};
