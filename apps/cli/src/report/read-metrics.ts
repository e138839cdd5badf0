import { existsSync } from "node:fs";
import { z } from "zod";
import { readJsonLines } from "../json-lines.js";
import type { EpochPoint, PhaseCurve, RatePoint } from "./report-data.js";

const line = z.object({
  type: z.string(),
  phase: z.string(),
  epoch: z.int(),
  step: z.int(),
  loss: z.number(),
  rate: z.number().optional(),
  metrics: z.record(z.string(), z.number()),
});

/** The phases of a run's metrics.jsonl, in the order in which they were trained. Throws `run-invalid`. */
export async function readMetrics(path: string): Promise<readonly PhaseCurve[]> {
  if (!existsSync(path)) return [];
  const phases = new Map<string, { epochs: EpochPoint[]; rates: RatePoint[] }>();
  for (const { type, phase, epoch, step, loss, rate, metrics } of await readJsonLines(path, line)) {
    const curve = phases.get(phase) ?? { epochs: [], rates: [] };
    phases.set(phase, curve);
    if (type === "step-end" && rate !== undefined) curve.rates.push({ step, rate });
    if (type === "epoch-end") curve.epochs.push({ epoch, loss, ...onValidation(metrics) });
  }
  return [...phases].map(([phase, curve]) => ({ phase, ...curve }));
}

const onValidation = ({ loss, accuracy }: Readonly<Record<string, number>>) => ({
  ...(loss === undefined ? {} : { validationLoss: loss }),
  ...(accuracy === undefined ? {} : { accuracy }),
});
