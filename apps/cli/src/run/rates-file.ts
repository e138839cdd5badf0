import { existsSync } from "node:fs";
import type { FoundRate } from "@graft-ml/core";
import { writeFileAtomic } from "@graft-ml/core/node";
import { z } from "zod";
import { readJson } from "../files.js";

const point = z.object({ rate: z.number(), loss: z.number(), smoothed: z.number() });

const keptRate = z.object({
  /** "head", or the last phase. */
  phase: z.string(),
  /** What it is trained with. */
  rate: z.number(),
  /** "default" where the loss never fell, so that nothing could be read from it. */
  chosen: z.enum(["valley", "default"]),
  reason: z.enum(["diverged", "range"]),
  suggestion: z.object({ valley: z.number(), steepest: z.number() }).optional(),
  curve: z.array(point),
});

/** A range test and the rate that was chosen by it. */
export type KeptRate = z.infer<typeof keptRate>;

const ratesFile = z.object({ phases: z.array(keptRate).min(1) });

/** Takes the valley, to two digits: a range test says no more. Without one, `fallback`. */
export function chosenRate(
  { phase, reason, curve, suggestion }: FoundRate,
  fallback: number,
): KeptRate {
  const about = { phase, reason, curve: [...curve] };
  if (!suggestion) return { ...about, rate: fallback, chosen: "default" };
  const rate = Number(suggestion.valley.toPrecision(2));
  return { ...about, rate, chosen: "valley", suggestion };
}

export const saveRates = (path: string, phases: readonly KeptRate[]): Promise<void> =>
  writeFileAtomic(path, `${JSON.stringify({ phases }, null, 2)}\n`);

/** Undefined where the run looked for none, or has none yet. Throws `run-invalid`. */
export const readRates = async (path: string): Promise<readonly KeptRate[] | undefined> =>
  existsSync(path) ? (await readJson(path, ratesFile, "run-invalid")).phases : undefined;
