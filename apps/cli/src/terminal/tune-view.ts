import type { TuneCommandEvent } from "../commands/tune.js";
import { many } from "../report/numbers.js";
import { isMetric, metrics } from "../task/metrics.js";
import type { TuneStart } from "../tune/begin-search.js";
import type { TuneEnd } from "../tune/run-search.js";
import { commonProgress, commonWarning } from "./common-view.js";
import { queueWarning } from "./queue-view.js";
import type { View } from "./render.js";
import { trainView } from "./train-view.js";
import {
  type Board,
  boardLines,
  boardOf,
  endedLine,
  reported,
  roundLine,
  started,
  toldParams,
  toldScore,
} from "./tune-board.js";

/** How a search looks: a line a trial, on a terminal those under way below; then its end. */
export function tuneView(): View<TuneCommandEvent> {
  let board: Board | undefined;
  let isRetraining = false;
  const see = (event: TuneCommandEvent): string | undefined => {
    if (event.type === "tune-start") board = boardOf(event);
    if (event.type === "retrain-start") isRetraining = true;
    return board && follow(board, event);
  };
  return {
    line: (event) => see(event) ?? lineOf(event),
    result: (event) => (event.type === "tune-end" ? endText(event) : undefined),
    warning: (event) =>
      queueWarning(event) ??
      anewWarning(event) ??
      (isRetraining ? trainView.warning!(event) : commonWarning(event)),
    progress: (event) => (isRetraining ? trainView.progress!(event) : commonProgress(event)),
    live: ({ type }, width) =>
      board && !isRetraining && type !== "tune-end" ? boardLines(board, width) : [],
  };
}

/** Takes in what happens to trials, and tells it in a line. */
function follow(board: Board, event: TuneCommandEvent): string | undefined {
  if (event.type === "trial-start") started(board, event);
  if (event.type === "trial-report") reported(board, event);
  if (event.type === "round-start") return roundLine(board, event);
  return event.type === "trial-end" ? endedLine(board, event.trial, event.from) : undefined;
}

const anewWarning = (event: TuneCommandEvent): string | undefined =>
  event.type === "trial-anew"
    ? `trial ${event.number} is trained again from its beginning: ${event.reason}`
    : undefined;

function lineOf(event: TuneCommandEvent): string | undefined {
  switch (event.type) {
    case "tune-start":
      return startText(event);
    case "device-chosen":
      return `Training on ${event.reason}`;
    case "workers-started":
      return `Training in ${event.workers === 1 ? "a process" : `${event.workers} processes`}, with ${many(event.threads, "thread")} each`;
    case "queue-joined":
      return `Training by the workers of the queue at ${event.queue}`;
    case "workers-change":
      return event.count === 0 ? undefined : `${many(event.count, "worker")} in the queue`;
    case "retrain-start":
      return `\nTrial ${event.number} is trained once more, to be kept`;
    case "trial-start":
    case "trial-report":
    case "trial-end":
    case "trial-anew":
    case "round-start":
    case "tune-end":
      return undefined;
    default:
      return trainView.line(event);
  }
}

function startText(event: TuneStart): string {
  const { parameters, isDefault, sampler, trials, samples, metric, target, epochs, run } = event;
  const what = isMetric(metric) ? metrics[metric].title : metric;
  const most = trials === null ? "as many trials as there is time for" : many(trials, "trial");
  return [
    `Searching in ${run}: ${most} by ${sampler}, ${howStopped(event)}, ${many(epochs, "epoch")} at most`,
    ...parameters.map((declaration) => `  ${declaration}`),
    ...(isDefault ? ["  (nobody named any with --param: these are what most often matters)"] : []),
    target === null
      ? `Scored by the ${what} of ${samples.validation} validation samples; ${samples.train} to learn from`
      : `Scored by the ${what} of ${samples.target} samples of ${target}, without their answers; ${samples.train} to learn from`,
  ].join("\n");
}

function howStopped({ pruner, rounds }: TuneStart): string {
  if (rounds) return `the best by rounds to epochs ${rounds.map((one) => one.resource).join(", ")}`;
  return pruner === "none" ? "all to their end" : `stopped early by ${pruner}`;
}

function endText(event: TuneEnd): string {
  const { best, score, metric, number, complete, pruned, failed, command, run, model, report } =
    event;
  const what = isMetric(metric) ? metrics[metric].title : metric;
  const counts = [`${complete} complete`, `${pruned} pruned`, `${failed} failed`].join(", ");
  const parts = [
    `\nBest: trial ${number}, ${what} ${toldScore(metric, score)} (${counts})`,
    `  ${toldParams(best)}`,
    `Again with: ${command}`,
    model === null ? "Nothing was kept of the best but its options." : `model ${model}`,
    `search ${run}, with ${report}`,
  ];
  return parts.join("\n");
}
