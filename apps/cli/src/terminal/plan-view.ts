import { trainableSummaryText } from "@graft-ml/core";
import { grouped, precise } from "../report/numbers.js";
import type { PlannedPhase, TrainingPlan } from "../run/training-plan.js";
import { table } from "./table.js";

/** A plan as people read it: the phases, then what learns in the last one, then what that takes. */
export function planText({ strategy, samples, batchSize, phases }: TrainingPlan): string {
  const { train, validation, test } = samples;
  const last = phases.at(-1);
  const parts = [
    `Plan: ${strategy}, ${grouped(train)} samples to learn from in batches of ${batchSize}, ${grouped(validation)} for validation, ${grouped(test)} for the test`,
    ...(last
      ? [
          table([phaseTitles, ...phases.map(phaseCells)]),
          `What learns in the last phase, ${last.phase}:\n${trainableSummaryText(last)}`,
          memoryText(phases),
        ]
      : ["Nothing is trained by steps: the head is fitted in closed form."]),
    "Nothing was trained or written. Leave out --dry-run to begin.",
  ];
  return parts.join("\n\n");
}

const phaseTitles = ["phase", "epochs", "steps", "rate", "schedule", "frozen up to", "learning"];

const phaseCells = (one: PlannedPhase): readonly string[] => [
  one.phase,
  grouped(one.epochs),
  grouped(one.steps),
  one.rate === "find" ? "by a test" : precise(one.rate),
  one.schedule,
  one.cut ?? "nothing",
  `${grouped(one.total.trainable)} of ${grouped(one.total.parameters)}`,
];

function memoryText(phases: readonly PlannedPhase[]): string {
  const most = phases.reduce((a, b) => (memoryOf(b) > memoryOf(a) ? b : a));
  const { weights, gradients, state } = most.memory;
  return `Memory: ${mebibytes(memoryOf(most))} at most (in ${most.phase}: weights ${mebibytes(weights)}, gradients ${mebibytes(gradients)}, optimizer ${mebibytes(state)}); the activations of a batch come on top.`;
}

const memoryOf = ({ memory }: PlannedPhase): number =>
  memory.weights + memory.gradients + memory.state;

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
