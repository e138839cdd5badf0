import { existsSync } from "node:fs";
import { join } from "node:path";
import { isGraftError } from "@graft-ml/core";
import { readDataCheck } from "../run/data-check.js";
import { readExplanations } from "../run/explanations-file.js";
import { readFoldScores } from "../run/fold-scores.js";
import { readOnnxReceipt } from "../run/onnx-receipt.js";
import { readPredictions, type Scored } from "../run/predictions.js";
import { readRates } from "../run/rates-file.js";
import { readRejection } from "../run/rejection.js";
import { isOfBrowser, type Run, type RunConfig, runPaths } from "../run/run-folder.js";
import { readTimes } from "../run/times-file.js";
import { readPlan } from "../run/training-plan.js";
import { kinds } from "../task/kinds.js";
import type { TaskSample } from "../task/task-kind.js";
import { readMetrics } from "./read-metrics.js";
import type { Mistake, PhaseTime, ReportData } from "./report-data.js";
import { thumbnail } from "./thumbnails.js";
import { shown, worstOf } from "./worst.js";

/** All that a run folder holds for its report; `data` is where the pictures are now. */
export async function readReport({ folder, config }: Run, data: string): Promise<ReportData> {
  const paths = runPaths(folder);
  const isFinished = existsSync(join(paths.model, "config.json"));
  const scored = isFinished ? await readPredictions(paths.predictions) : undefined;
  const worst = scored ? worstOf(scored, config.classes) : [];
  const mistakes =
    kinds[config.options.task].modality.name === "texts"
      ? await withExplanations(worst.slice(0, shown.texts), paths.explanations)
      : await withThumbnails(worst.slice(0, shown.pictures), { ...config.options, data });
  return {
    folder,
    config,
    isFinished,
    phases: await readMetrics(paths.metrics),
    times: summed(await readTimes(paths.times)),
    scored,
    mistakes,
    wrong: worst.length,
    check: await readDataCheck(paths.data),
    plan: await readPlan(paths.plan),
    rates: await readRates(paths.rates),
    onnx: await readOnnxReceipt(paths.model),
    folds: await readFoldScores(paths.foldScores),
    rejection: await readRejection(paths.rejection),
    notes: notesOf({ isFinished, scored, mistakes, place: placeOf(config, data) }),
  };
}

/** Where the samples were looked for, as a part of a sentence. */
const placeOf = (config: RunConfig, data: string): string =>
  isOfBrowser(config) && data === config.options.data
    ? "in the browser that the run was made in"
    : `at ${data}`;

function notesOf(input: {
  isFinished: boolean;
  scored: Scored | undefined;
  mistakes: readonly Mistake[];
  place: string;
}): readonly string[] {
  const { isFinished, scored, mistakes, place } = input;
  const next = "Name their new place with graft report RUN --data DATA.";
  if (!isFinished) {
    return [
      "This run is not finished: what is shown is as far as it came. Go on with graft resume.",
    ];
  }
  if (!scored) {
    return [
      `The data are no longer ${place}, or no longer those that the run began with, so the model's answers could not be worked out. ${next}`,
    ];
  }
  const lost = mistakes.filter((one) => !one.text && one.thumbnail === undefined).length;
  return lost === 0
    ? []
    : [`${lost} of the pictures below could not be read ${place}; they are told by name. ${next}`];
}

/** Each with the words that mattered, where that was asked of the same answers. */
async function withExplanations(
  worst: readonly Mistake[],
  path: string,
): Promise<readonly Mistake[]> {
  const kept = new Map((await readExplanations(path)).map((one) => [one.name, one]));
  return worst.map((mistake) => {
    const explanation = kept.get(mistake.name);
    return explanation?.target === mistake.about ? { ...mistake, explanation } : mistake;
  });
}

/** Each with a small copy of its picture. */
async function withThumbnails(
  worst: readonly Mistake[],
  options: RunConfig["options"],
): Promise<readonly Mistake[]> {
  if (worst.length === 0) return [];
  const paths = await pathsOf(options);
  return Promise.all(
    worst.map(async (mistake) => {
      const path = paths.get(mistake.name);
      return { ...mistake, thumbnail: path === undefined ? undefined : await thumbnail(path) };
    }),
  );
}

/** Where each picture of the data lies, by name; none where the data has moved away. */
async function pathsOf(options: RunConfig["options"]): Promise<ReadonlyMap<string, string>> {
  try {
    const { train, validation, test } = await kinds[options.task].open(options, {});
    const all: readonly TaskSample[] = [...train, ...validation, ...test];
    return new Map(all.flatMap((one) => ("path" in one ? [[one.name, one.path] as const] : [])));
  } catch (error) {
    if (!isGraftError(error)) throw error;
    return new Map();
  }
}

/** One entry a phase, in the order of their first stretches. */
function summed(stretches: readonly PhaseTime[]): readonly PhaseTime[] {
  const phases = new Map<string, { phase: string; seconds: number; samples?: number }>();
  for (const { phase, seconds, samples } of stretches) {
    const sum = phases.get(phase) ?? { phase, seconds: 0 };
    sum.seconds += seconds;
    if (samples !== undefined) sum.samples = (sum.samples ?? 0) + samples;
    phases.set(phase, sum);
  }
  return [...phases.values()];
}
