import { candidateRows, ORACLE_NOTE } from "../adapt/candidate-table.js";
import { trainingWords } from "../adapt/deep/deep-plan.js";
import { methodNames } from "../adapt/methods.js";
import { shiftWords } from "../adapt/shift-words.js";
import type { AdaptCommandEvent } from "../commands/adapt.js";
import { commonProgress, commonWarning } from "./common-view.js";
import type { Progress } from "./progress.js";
import { percent, type View } from "./render.js";
import { table } from "./table.js";

type Of<T extends AdaptCommandEvent["type"]> = Extract<AdaptCommandEvent, { type: T }>;

/** How an adaptation looks. */
export const adaptView: View<AdaptCommandEvent> = {
  line(event) {
    if (event.type === "data-note") return event.note;
    if (event.type === "device-chosen") return `Features on ${event.reason}`;
    if (event.type === "domains") return domainsLine(event);
    if (event.type === "training") return `Training: ${trainingWords(event)}.`;
    if (event.type === "labels-selected") return selectedLine(event);
    if (event.type === "shift") return shiftWords(event).join("\n");
    if (event.type === "candidate-end") return candidateLine(event);
    return undefined;
  },
  result: (event) => (event.type === "adapt-end" ? resultText(event) : undefined),
  warning(event) {
    if (event.type === "candidate-skipped") return `${event.name} is left out: ${event.reason}`;
    if (event.type === "rolled-back") {
      return `${event.candidate}: back to step ${event.to} at a lower rate: ${event.reason}`;
    }
    return commonWarning(event);
  },
  progress: (event) => adaptProgress(event) ?? commonProgress(event),
};

function domainsLine({ noun, source, target }: Of<"domains">): string {
  const labels = target.isLabelled ? "labels for the oracle column alone" : "no labels";
  return `Source: ${source.samples} ${noun}s of ${source.classes.length} classes. Target: ${target.samples} ${noun}s, ${labels}.`;
}

const selectedLine = ({ candidate, round, count, changed }: Of<"labels-selected">): string =>
  `  ${candidate}, round ${round}: ${count} samples of the target, ${percent(changed)} of those known before told otherwise`;

function candidateLine({ name, seconds, oracleAccuracy }: Of<"candidate-end">): string {
  const oracle = oracleAccuracy === undefined ? "" : `, ${percent(oracleAccuracy)} by the oracle`;
  return `  ${name}: ${seconds.toFixed(1)} s${oracle}`;
}

function resultText({ candidates, chosen, why, run }: Of<"adapt-end">): string {
  const isJudged = candidates.some(({ oracleAccuracy }) => oracleAccuracy !== undefined);
  return [
    table(candidateRows(candidates, chosen)),
    ...(isJudged ? [ORACLE_NOTE] : []),
    "",
    `Chosen: ${chosen}`,
    why,
    run === null ? "Nothing was written: --out DIR keeps the adapted model." : `model ${run}`,
  ].join("\n");
}

function adaptProgress(event: AdaptCommandEvent): Progress | undefined {
  if (event.type === "features-progress") {
    const { of, count, total, secondsLeft } = event;
    return { label: `features of the ${of}`, done: count, total, secondsLeft };
  }
  if (event.type === "step-end") return trainingProgress(event);
  if (event.type === "statistics-progress") {
    const { candidate, count, total } = event;
    return { label: `statistics for ${candidate}`, done: count, total };
  }
  // What trains tells its own progress.
  if (event.type !== "candidate-start" || !methodNames.includes(event.name)) return undefined;
  const total = methodNames.length;
  return { label: "trying", done: methodNames.indexOf(event.name), total, detail: event.name };
}

function trainingProgress({ candidate, step, steps, loss, secondsLeft }: Of<"step-end">): Progress {
  const detail = `loss ${loss.toFixed(4)}`;
  return { label: `training ${candidate}`, done: step, total: steps, secondsLeft, detail };
}
