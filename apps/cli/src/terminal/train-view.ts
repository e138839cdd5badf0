import type { RunEvent, TrainedEvent } from "../run/run-training.js";
import { commonProgress, commonWarning } from "./common-view.js";
import type { Progress } from "./progress.js";
import { percent, type View } from "./render.js";

type Event = { readonly type: string };
type TrainingEvent =
  | RunEvent
  | { readonly type: "checkpoint-skipped"; readonly path: string; readonly reason: string };

const is = <T extends TrainingEvent["type"]>(
  event: Event,
  type: T,
): event is Extract<TrainingEvent, { type: T }> => event.type === type;

/** "tail" as people would say it; the others tell themselves. */
const named = (phase: string): string => phase.replace(/^tail-?/, "tuning ").trimEnd();

/** How training looks, whichever command trains. */
export const trainView: View<Event> = {
  line(event) {
    if (is(event, "device-chosen")) return `Training on ${event.reason}`;
    if (is(event, "onnx-written")) return onnx(event);
    if (is(event, "report-written")) return `Report ${event.report}`;
    if (is(event, "stopped-early")) {
      return `${named(event.phase)} ends early: ${event.waited} epochs without a better ${event.metric}`;
    }
    if (is(event, "best-restored")) {
      return `${named(event.phase)}: the weights of epoch ${event.epoch} are kept, ${event.metric} ${percent(event.value)}`;
    }
    if (is(event, "epoch-end")) {
      const { epoch, phase, loss, metrics } = event;
      const { accuracy } = metrics;
      const validation = accuracy === undefined ? "" : `, validation accuracy ${percent(accuracy)}`;
      return `${named(phase)} epoch ${epoch}: loss ${loss.toFixed(4)}${validation}`;
    }
    return undefined;
  },
  result: (event) => (is(event, "train-end") ? trained(event) : undefined),
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
    return commonWarning(event);
  },
  progress: (event) => trainProgress(event) ?? commonProgress(event),
};

type OnnxWritten = Extract<RunEvent, { type: "onnx-written" }>;

const onnx = ({ path, largestScoreDifference, samples, exported }: OnnxWritten): string =>
  `ONNX ${path}: scores differ from the trainer's by at most ${largestScoreDifference.toPrecision(2)} on ${samples.count} pictures, run by ${exported}`;

const trained = ({ accuracy, macroF1, loss, count, on, run }: TrainedEvent): string =>
  `accuracy ${percent(accuracy)}, macro F1 ${percent(macroF1)}, loss ${loss.toFixed(4)} on ${count} ${on} pictures\nrun ${run}`;

function trainProgress(event: Event): Progress | undefined {
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
