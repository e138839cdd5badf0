import type { FinishedTrial, Params, Scalar } from "@graft-ml/hpo";
import { many, precise } from "../report/numbers.js";
import { isMetric, metrics } from "../task/metrics.js";
import type { TuneStart } from "../tune/begin-search.js";
import { bestAmong } from "../tune/best.js";
import { duration } from "./progress.js";

type Running = { readonly params: Params; epochs: number; score: number | undefined };

/** What is known of a search that goes on. */
export type Board = {
  readonly start: TuneStart;
  readonly running: Map<number, Running>;
  /** Of a search by rounds which one is under way, from 0, its trials, and the epochs of each before it. */
  round: { readonly at: number; readonly trials: number; readonly begun: number } | undefined;
  /** Of all trials, or of this round's. */
  best: FinishedTrial | undefined;
  /** Trials that have ended, of this round where there are such, and how many of all did so here. */
  ended: number;
  endedHere: number;
  /** Epochs of trials that have ended their round, and how many of them were trained here. */
  epochs: number;
  epochsHere: number;
  /** When the first trial began here, in milliseconds. */
  began: number | undefined;
};

export const boardOf = (start: TuneStart): Board => ({
  start,
  running: new Map(),
  round: undefined,
  best: undefined,
  ended: 0,
  endedHere: 0,
  epochs: 0,
  epochsHere: 0,
  began: undefined,
});

export function started(board: Board, trial: { number: number; params: Params }): void {
  board.began ??= performance.now();
  const { begun } = board.round ?? { begun: 0 };
  board.running.set(trial.number, { params: trial.params, epochs: begun, score: undefined });
}

/** Begins a round, and tells it in a line. */
export function roundLine(board: Board, told: { round: number; trials: number }): string {
  const { round, trials } = told;
  board.round = { at: round, trials, begun: board.start.rounds?.[round - 1]?.resource ?? 0 };
  board.best = undefined;
  board.ended = 0;
  return `${roundName(board)}: ${many(trials, "trial")}`;
}

/** "Round 2 of 5, to epoch 6" */
function roundName({ start: { rounds }, round }: Board): string {
  const at = round?.at ?? 0;
  return `Round ${at + 1} of ${rounds?.length}, to epoch ${rounds?.[at]?.resource}`;
}

export function reported(
  board: Board,
  told: { number: number; step: number; value: number },
): void {
  const one = board.running.get(told.number);
  if (!one) return;
  one.epochs = told.step;
  one.score = told.value;
}

/** Takes a trial's end in, and tells it in a line. */
export function endedLine(board: Board, trial: FinishedTrial, from: "here" | "journal"): string {
  board.running.delete(trial.number);
  board.ended += 1;
  const epochs = Math.max(0, (trial.reports.at(-1)?.step ?? 0) - (board.round?.begun ?? 0));
  board.epochs += epochs;
  if (from === "here") {
    board.endedHere += 1;
    board.epochsHere += epochs;
  }
  const all = board.best ? [board.best, trial] : [trial];
  board.best = bestAmong(all, board.start.direction);
  const isBest = board.best === trial;
  const state = isBest ? "best" : trial.state === "complete" ? "" : trial.state;
  const score = trial.values[0] ?? trial.reports.at(-1)?.value;
  const line = row(board, { ...trial, score, epochs: trial.reports.at(-1)?.step ?? 0, state });
  return trial.state === "failed" ? `${line}: ${trial.reason}` : line;
}

/** Those under way, a line each, and how far the search is; on lines of this width. */
export function boardLines(board: Board, width: number): readonly string[] {
  const rows = [...board.running].map(([number, one]) =>
    row(board, { number, ...one, state: "running" }),
  );
  return [...rows, status(board)].map((line) => line.slice(0, width));
}

function status(board: Board): string {
  const { start, best, ended, round, epochs } = board;
  const trials = round ? round.trials : start.trials;
  const of = trials === null ? "" : ` of ${trials}`;
  const found = best ? `, best ${toldScore(start.metric, best.values[0]!)} (#${best.number})` : "";
  const left = secondsLeft(board);
  const time = left === undefined ? "" : `, about ${duration(left)} left`;
  if (!round) return `${ended}${of} trials${found}${time}`;
  const underWay = [...board.running.values()].map((one) => one.epochs - round.begun);
  const done = underWay.reduce((sum, one) => sum + one, epochs);
  const all = epochsOf(start.rounds ?? []);
  return `${roundName(board)}: ${ended}${of} trials, ${done} of ${all} epochs${found}${time}`;
}

/** Of all rounds. */
const epochsOf = (rounds: NonNullable<TuneStart["rounds"]>): number =>
  rounds.reduce((sum, { resource, trials }, at) => {
    return sum + trials * (resource - (rounds[at - 1]?.resource ?? 0));
  }, 0);

/** By the pace so far. */
function secondsLeft(board: Board): number | undefined {
  const { start, began, ended, endedHere, epochs, epochsHere } = board;
  if (began === undefined || endedHere === 0) return undefined;
  const seconds = (performance.now() - began) / 1000;
  if (start.rounds) {
    return epochsHere === 0
      ? undefined
      : (seconds / epochsHere) * (epochsOf(start.rounds) - epochs);
  }
  return start.trials === null ? undefined : (seconds / endedHere) * (start.trials - ended);
}

type Row = Running & { readonly number: number; readonly state: string };

const STATE = "running".length;

/** "#12   91.2 %   20 epochs  pruned   lr 3.1e-4, layer-decay 0.71" */
function row({ start }: Board, { number, score, epochs, state, params }: Row): string {
  const told = score === undefined ? "" : toldScore(start.metric, score);
  return [
    `#${number}`.padEnd(1 + String(Math.max(99, (start.trials ?? 0) - 1)).length),
    told.padStart(8),
    many(epochs, "epoch").padStart(many(start.epochs, "epoch").length),
    state.padEnd(STATE),
    toldParams(params),
  ].join("  ");
}

export const toldParams = (params: Params): string =>
  Object.entries(params)
    .map(([name, value]) => `${name} ${toldValue(value)}`)
    .join(", ");

const toldValue = (value: Scalar): string =>
  typeof value === "number" ? precise(value) : value === null ? "none" : String(value);

export const toldScore = (metric: string, score: number): string =>
  isMetric(metric) ? metrics[metric].told(score) : precise(score);
