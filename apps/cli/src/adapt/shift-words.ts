import type { ShiftMeasures } from "@graft-ml/domain-adapt";
import { percent } from "../terminal/render.js";

/** Above it, chance alone would do. */
const CREDIBLE = 0.05;

/** How far two domains are apart, in two lines. */
export function shiftWords({
  aDistance,
  mmd,
  twoSampleTest: { accuracy, p },
}: Pick<ShiftMeasures, "aDistance" | "mmd" | "twoSampleTest">): readonly [string, string] {
  const apart =
    p < CREDIBLE ? "the domains can be told apart" : "the domains can't credibly be told apart";
  const differ =
    mmd.p < CREDIBLE
      ? "the features are distributed otherwise in the target"
      : "no more than between two halves of the same data";
  return [
    `Shift: a line tells source from target in ${percent(accuracy)} of held-out samples (a guess: 50 %), p ${chance(p)}: ${apart}. A-distance ${aDistance.distance.toFixed(2)}, where 0 is alike and 2 apart.`,
    `MMD² ${mmd.unbiased.toPrecision(2)}, p ${chance(mmd.p)}: ${differ}.`,
  ];
}

const chance = (p: number): string => (p < 0.001 ? "below 0.001" : p.toFixed(3));
