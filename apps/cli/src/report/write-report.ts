import { writeFileAtomic } from "@graft-ml/core/node";
import { type Run, runPaths } from "../run/run-folder.js";
import { readReport } from "./read-report.js";

export type ReportEvent = {
  readonly type: "report-written";
  readonly report: string;
  /** What could not be shown, and why. */
  readonly notes: readonly string[];
};

/** Writes a run's report.html from what its folder holds; `data` is where its pictures are now. */
export async function* writeReport(
  run: Run,
  data: string = run.config.options.data,
): AsyncGenerator<ReportEvent> {
  const content = await readReport(run, data);
  // Only here: whoever asks for no report does not wait for the charts' library.
  const { reportPage } = await import("./page.js");
  const { report } = runPaths(run.folder);
  await writeFileAtomic(report, await reportPage(content));
  yield { type: "report-written", report, notes: content.notes };
}
