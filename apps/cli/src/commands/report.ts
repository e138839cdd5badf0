import { existsSync } from "node:fs";
import { join } from "node:path";
import { type CommonOptions, type Context, command, type Launch } from "../command.js";
import type { ReadEvent } from "../modality/modality.js";
import { type ReportEvent, writeReport } from "../report/write-report.js";
import { type DataCheckEvent, readDataCheck, saveDataCheck } from "../run/data-check.js";
import { type ExplainEvent, explainWorst } from "../run/explain-worst.js";
import { datasetFingerprint } from "../run/fingerprint.js";
import { type ScoreProgress, savePredictions } from "../run/predictions.js";
import { readData } from "../run/prepare.js";
import { openRun, type Run, runPaths } from "../run/run-folder.js";
import { scoreTrained } from "../run/score.js";
import { type OpenEvent, openModel } from "../source/model-source.js";
import { commonProgress, commonWarning } from "../terminal/common-view.js";
import type { View } from "../terminal/render.js";
import { type DeviceEvent, withEngine } from "../with-engine.js";

type ReportOptions = CommonOptions & { data?: string | undefined };

export type ReportCommandEvent =
  | OpenEvent
  | ReadEvent
  | DeviceEvent
  | ScoreProgress
  | DataCheckEvent
  | ExplainEvent
  | ReportEvent;

/** Writes the report of a run again, asking its model first where its answers were not kept. */
export async function* report(
  folder: string,
  options: ReportOptions,
  { signal }: Context,
): AsyncGenerator<ReportCommandEvent> {
  const run = await openRun(folder);
  const data = options.data ?? run.config.options.data;
  const { model, predictions } = runPaths(run.folder);
  const isMissing = existsSync(join(model, "config.json")) && !existsSync(predictions);
  if (isMissing) yield* ask(run, { data, device: options.device, signal });
  yield* writeReport(run, data);
}

/** Keeps what the model says to the run's pictures; nothing where they are no longer there. */
async function* ask(
  run: Run,
  { data, device, signal }: { data: string; device: string; signal: AbortSignal },
): AsyncGenerator<ReportCommandEvent> {
  // The final model of a run with folds has learned from every picture.
  if (!existsSync(data) || run.config.options.folds !== null) return;
  const paths = runPaths(run.folder);
  const source = yield* openModel(run.folder, signal);
  const kept = await readDataCheck(paths.data);
  const { options } = run.config;
  const read = yield* readData({ ...options, data }, { input: source.input, signal, kept });
  if (datasetFingerprint(read.dataset, read.names) !== run.config.samples.sha256) return;
  yield* withEngine(device, async function* (engine): AsyncGenerator<ReportCommandEvent> {
    const asked = { ...read, source, task: options.task };
    const scored = yield* scoreTrained(engine, source, asked, signal);
    await savePredictions(paths.predictions, scored);
    const { explanations: path } = paths;
    yield* explainWorst(engine, source, { ...read, source, scored, path, signal });
  });
  if (!kept) await saveDataCheck(paths.data, read.check);
}

const reportView: View<ReportCommandEvent> = {
  line: () => undefined,
  result: (event) => (event.type === "report-written" ? event.report : undefined),
  warning: (event) =>
    event.type === "report-written" && event.notes.length > 0
      ? event.notes.join(" ")
      : commonWarning(event),
  progress: (event) =>
    event.type === "eval-progress"
      ? { label: "scoring", done: event.count, total: event.total }
      : commonProgress(event),
};

export const reportCommand = (launch: Launch) =>
  command("report", {
    summary: "Write a run's report: one HTML file with what was learned and what is still wrong.",
    examples: ["graft report runs/pictures-1", "graft report run --data moved/pictures"],
  })
    .argument("<run>", "a run folder that `graft train` made")
    .option("--data <path>", "where the run's pictures are now (default: where they were)")
    .action((run, options) =>
      launch(options, (context) => report(run, options, context), reportView),
    );
