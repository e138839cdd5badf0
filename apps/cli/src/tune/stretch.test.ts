import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Params } from "@graft-ml/hpo";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { tuneCommand } from "../commands/tune.js";
import { eventsOf, makeBackbone, makePictures, scratchFolder } from "../testing.js";
import { openTrials } from "./open-trials.js";
import { readTask } from "./tune-folder.js";
import type { TrialTask } from "./tuning.js";

// A search is made first, which takes a while where cores are few.
vi.setConfig({ hookTimeout: 180_000 });

let folder = "";
let task: TrialTask;
let remove: () => Promise<void>;

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  const pictures = await makePictures(join(folder, "pictures"), 8);
  const backbone = await makeBackbone(join(folder, "backbone"));
  const out = join(folder, "search");
  const some = ["--batch-size", "8", "--head-epochs", "1", "--cut", "stem", "--epochs", "4"];
  const search = ["--grid", "lr=0.01", "--no-retrain", "--out", out];
  await eventsOf(tuneCommand, [pictures, "--backbone", backbone, ...some, ...search]);
  task = await readTask(out);
});
afterAll(() => remove());

/** Takes a trial so far and so far; gives its reports, its last value and what was kept of it at epoch 3. */
async function taken(params: Params, stops: readonly number[], name: string) {
  const checkpoints = join(folder, name);
  const trials = await openTrials({ ...task, checkpoints }, { threads: 1 });
  const reports: { step: number; value: number }[] = [];
  const notes: string[] = [];
  const { signal } = new AbortController();
  const context = { number: 0, attempt: 1, signal, note: (text: string) => notes.push(text) };
  let value = Number.NaN;
  for (const [at, resource] of stops.entries()) {
    value = await trials.objective(params, {
      ...{ ...context, resource, begun: stops[at - 1] ?? 0, origin: 7 },
      report: async (report) => void reports.push(report),
    });
  }
  await trials.close();
  const kept = join(checkpoints, "3", "7");
  const [file] = await readdir(kept).catch(() => []);
  const bytes = file === undefined ? undefined : await readFile(join(kept, file));
  return { reports, value, notes, bytes };
}

test.each<[string, Params]>([
  ["all layers at once, with running means", { lr: 0.01, ema: 0.9 }],
  ["layer by layer, stopped between two phases", { lr: 0.01, strategy: "gradual" }],
  ["new views in every epoch, blended", { lr: 0.01, views: "fresh", mixup: 0.2 }],
  ["a head alone", { lr: 0.01, strategy: "probe", "clip-norm": 1 }],
  ["all from scratch", { lr: 0.01, strategy: "scratch", schedule: "one-cycle" }],
])("a training in stretches is the same to the last byte: %s", async (name, params) => {
  const parts = await taken(params, [1, 2, 3, 4], `parts of ${name}`);
  const whole = await taken(params, [4], `the whole of ${name}`);
  expect(parts.reports).toEqual(whole.reports);
  expect([parts.value, parts.notes]).toEqual([whole.value, []]);
  // What comes to its end is kept by nobody.
  expect(whole.bytes).toBeUndefined();
  const once = await taken(params, [3], `once ${name}`);
  expect(once.bytes).toBeDefined();
  expect(parts.bytes).toEqual(once.bytes);
});

test("without where it stood a training is made again, and tells what it had not told", async () => {
  const params = { lr: 0.01 };
  const once = await taken(params, [1, 3], "kept");
  const trials = await openTrials({ ...task, checkpoints: join(folder, "none") }, { threads: 1 });
  const reports: number[] = [];
  const notes: string[] = [];
  const value = await trials.objective(params, {
    ...{ number: 0, attempt: 1, signal: new AbortController().signal },
    ...{ resource: 3, begun: 1, origin: 7, note: (text) => notes.push(text) },
    report: async ({ step }) => void reports.push(step),
  });
  await trials.close();
  expect([value, reports]).toEqual([once.value, [2, 3]]);
  expect(notes).toEqual([expect.stringMatching(/^there is no checkpoint in /)]);
});
