import type { HeadFitted } from "@graft-ml/core";
import type { ReadEvent } from "../modality/modality.js";
import { type FewPictures, toldFewPictures } from "../run/few-shot.js";
import { rejectionWarning, toldRejection } from "../run/rejection.js";
import type { RunEvent, TrainedEvent } from "../run/run-training.js";
import type { TrainingPlan } from "../run/training-plan.js";
import type { TaskChoice } from "../task/choose-task.js";
import { kinds } from "../task/kinds.js";
import { isMetric, metrics, toldMetrics } from "../task/metrics.js";
import { taskNames } from "../task/reading.js";
import { commonProgress, commonWarning } from "./common-view.js";
import { foldsTable } from "./folds-view.js";
import { honestLine } from "./honest-view.js";
import { planText } from "./plan-view.js";
import type { Progress } from "./progress.js";
import { rateLine, rateProgress } from "./rate-view.js";
import { percent, type View } from "./render.js";

type Event = { readonly type: string };
type TrainingEvent =
  | ReadEvent
  | RunEvent
  | ({ readonly type: "plan" } & TrainingPlan)
  | TaskChoice
  | FewPictures
  | { readonly type: "checkpoint-skipped"; readonly path: string; readonly reason: string }
  | { readonly type: "run-resumed"; readonly phase: string; readonly step: number };

const is = <T extends TrainingEvent["type"]>(
  event: Event,
  type: T,
): event is Extract<TrainingEvent, { type: T }> => event.type === type;

/** "tail" as people would say it; the others tell themselves. */
const named = (phase: string): string => phase.replace(/^tail-?/, "tuning ").trimEnd();

/** How training looks, whichever command trains. */
export const trainView: View<Event> = {
  line(event) {
    if (is(event, "run-resumed")) return resumed(event);
    if (is(event, "device-chosen")) return `Training on ${event.reason}`;
    if (is(event, "report-written")) return `Report ${event.report}`;
    if (is(event, "stopped-early")) {
      return `${named(event.phase)} ends early: ${event.waited} epochs without a better ${titleOf(event.metric)}`;
    }
    if (is(event, "best-restored")) {
      return `${named(event.phase)}: the weights of epoch ${event.epoch} are kept, ${bestValue(event)}`;
    }
    if (is(event, "task-chosen")) return `Task ${event.task}: ${event.reason}`;
    if (is(event, "epoch-end")) return epochEnd(event);
    if (is(event, "head-fitted")) return fitted(event);
    return furtherLine(event);
  },
  result: (event) =>
    is(event, "train-end") ? trained(event) : is(event, "plan") ? planText(event) : undefined,
  warning(event) {
    if (is(event, "checkpoint-skipped")) return `passed over a damaged checkpoint: ${event.reason}`;
    if (is(event, "onnx-untried")) {
      return `model.onnx was written and not compared with the trainer: ${event.reason}`;
    }
    if (is(event, "onnx-left-out")) return `there is no model.onnx: ${event.reason}`;
    if (is(event, "rolled-back")) {
      const { step, to, rateFactor, attempt, tries, reason } = event;
      return `${reason} Back from step ${step} to ${to}, at ${rateFactor} of the learning rate (${attempt} of ${tries} tries).`;
    }
    if (is(event, "few-pictures")) return toldFewPictures(event);
    if (is(event, "rejection-chosen")) return rejectionWarning(event);
    return commonWarning(event);
  },
  progress: (event) => trainProgress(event) ?? commonProgress(event),
};

function furtherLine(event: Event): string | undefined {
  if (is(event, "data-note")) return event.note;
  if (is(event, "onnx-written")) return onnx(event);
  if (is(event, "rate-chosen")) return rateLine(event);
  if (is(event, "rejection-chosen")) return toldRejection(event);
  return honestLine(event);
}

function epochEnd({ epoch, phase, loss, metrics: found }: EpochEnd): string {
  const first = watched.find((name) => name in found);
  const told = first ? `, validation ${toldMetrics(found, [first])}` : "";
  return `${named(phase)} epoch ${epoch}: loss ${loss.toFixed(4)}${told}`;
}

type EpochEnd = Extract<RunEvent, { type: "epoch-end" }>;

const fitted = ({ head, crossValidated }: HeadFitted): string =>
  `head: ${head}, ${crossValidated ? `${percent(crossValidated.accuracy)} right, loss ${crossValidated.loss.toFixed(4)} of ${crossValidated.count} views judged by heads fitted without them` : "its scores are a guess: no class has two pictures to judge by"}`;

type OnnxWritten = Extract<RunEvent, { type: "onnx-written" }>;

const onnx = ({ path, largestScoreDifference, samples, exported }: OnnxWritten): string =>
  `ONNX ${path}: scores differ from the trainer's by at most ${largestScoreDifference.toPrecision(2)} on ${samples.count} ${samples.kind === "noise" ? "samples of noise" : samples.kind}, run by ${exported}`;

function resumed({ phase, step }: { phase: string; step: number }): string {
  if (phase === "start") return "Going on from the start";
  if (phase === "folds") return "Going on with the folds";
  return `Going on with ${named(phase)} from step ${step}`;
}

/** What each task is watched by; entities and hidden words before the accuracy that comes with them. */
const telling = ["f1", "perplexity"] as const;
const watched = [...new Set([...telling, ...taskNames.map((task) => kinds[task].metrics[0])])];

const titleOf = (metric: string): string => (isMetric(metric) ? metrics[metric].title : metric);

const bestValue = ({ metric, value }: { metric: string; value: number }): string =>
  `${titleOf(metric)} ${isMetric(metric) ? metrics[metric].told(value) : value}`;

const trained = ({ task, loss, count, on, run, folds, ...score }: TrainedEvent): string =>
  `${folds ? `${foldsTable(folds, kinds[task].modality.noun)}\n` : ""}${toldMetrics(score, kinds[task].metrics)}, loss ${loss.toFixed(4)} on ${count} ${on} ${kinds[task].modality.noun}s\nrun ${run}`;

function trainProgress(event: Event): Progress | undefined {
  if (is(event, "lr-find-step")) return rateProgress(event);
  if (!is(event, "step-end")) return undefined;
  const { phase, step, steps, loss, secondsLeft } = event;
  return {
    label: named(phase),
    done: step,
    total: steps,
    secondsLeft,
    detail: `loss ${loss.toFixed(4)}`,
  };
}
