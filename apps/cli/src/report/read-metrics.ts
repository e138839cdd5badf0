import { existsSync } from "node:fs";
import { z } from "zod";
import { readJsonLines } from "../terminal/json-lines.js";
import type { EpochPoint, PhaseCurve, RatePoint } from "./report-data.js";

const where = { phase: z.string(), step: z.int() };
const epoch = z.int();

const line = z.discriminatedUnion("type", [
  z.object({ type: z.literal("step-end"), ...where, rate: z.number().optional() }),
  z.object({
    type: z.literal("epoch-end"),
    ...where,
    epoch,
    loss: z.number(),
    metrics: z.record(z.string(), z.number()),
  }),
  z.object({ type: z.literal("rate-lowered"), ...where, epoch, rateFactor: z.number() }),
  z.object({ type: z.literal("rolled-back"), ...where, to: z.int(), reason: z.string() }),
  z.object({ type: z.literal("stopped-early"), ...where, epoch, waited: z.int() }),
  z.object({ type: z.literal("best-restored"), ...where, epoch }),
]);

type Line = z.infer<typeof line>;
type Curve = {
  epochs: (EpochPoint & { readonly step: number })[];
  rates: RatePoint[];
  turns: string[];
};

/** The phases of a run's metrics.jsonl, in the order in which they were trained. Throws `run-invalid`. */
export async function readMetrics(path: string): Promise<readonly PhaseCurve[]> {
  if (!existsSync(path)) return [];
  const phases = new Map<string, Curve>();
  for (const one of await readJsonLines(path, line)) {
    const curve = phases.get(one.phase) ?? { epochs: [], rates: [], turns: [] };
    phases.set(one.phase, curve);
    add(curve, one);
  }
  return [...phases].map(([phase, curve]) => ({ phase, ...curve }));
}

function add(curve: Curve, one: Line): void {
  switch (one.type) {
    case "step-end":
      if (one.rate !== undefined) curve.rates.push({ step: one.step, rate: one.rate });
      return;
    case "epoch-end":
      curve.epochs.push(epochOf(one));
      return;
    case "rolled-back":
      // What was told of the steps in between is void.
      curve.rates = curve.rates.filter(({ step }) => step <= one.to);
      curve.epochs = curve.epochs.filter(({ step }) => step <= one.to);
      curve.turns.push(`In step ${one.step} it went back to step ${one.to}: ${one.reason}`);
      return;
    case "rate-lowered":
      curve.turns.push(
        `After epoch ${one.epoch} the rate was lowered to ${one.rateFactor} of the schedule's.`,
      );
      return;
    case "stopped-early":
      curve.turns.push(
        `Stopped after epoch ${one.epoch}: ${one.waited} epochs had brought nothing better.`,
      );
      return;
    case "best-restored":
      curve.turns.push(`The weights of epoch ${one.epoch}, its best, were taken.`);
  }
}

const epochOf = ({ epoch, step, loss, metrics }: Extract<Line, { type: "epoch-end" }>) => ({
  epoch,
  step,
  loss,
  ...onValidation(metrics),
});

const onValidation = ({ loss, ...metrics }: Readonly<Record<string, number>>) => ({
  ...(loss === undefined ? {} : { validationLoss: loss }),
  ...(Object.keys(metrics).length === 0 ? {} : { metrics }),
});
