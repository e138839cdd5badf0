import { cp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Context } from "../command.js";
import { readPredictions } from "../run/predictions.js";
import { collect, makeBackbone, makePictures, scratchFolder } from "../testing.js";
import { report } from "./report.js";
import { resume } from "./resume.js";
import { train } from "./train.js";

let [folder, pictures, run] = ["", "", ""];
let remove: () => Promise<void>;
const context: Context = { signal: new AbortController().signal, stdin: Readable.from([]) };
const options = { device: "cpu" } as const;

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  pictures = await makePictures(join(folder, "pictures"), 6);
  await writeFile(join(pictures, "red", "broken.png"), "no picture");
  run = join(folder, "run");
  const backbone = await makeBackbone(join(folder, "backbone"));
  await collect(
    train(
      {
        ...options,
        data: pictures,
        backbone,
        strategy: "probe",
        epochs: 2,
        batchSize: 4,
        out: run,
      },
      context,
    ),
  );
}, 180_000);
afterAll(() => remove());

const page = () => readFile(join(run, "report.html"), "utf8");

test("training leaves the report with what it is made from", async () => {
  const text = await page();
  expect(text).toContain("<h2>Learning</h2>");
  expect(text).toContain("red/broken.png");
  expect(JSON.parse(await readFile(join(run, "data.json"), "utf8"))).toMatchObject({
    train: [5, 5, 5],
    validation: [1, 1, 1],
    copies: [],
    skipped: [{ name: "red/broken.png" }],
  });
  const times = (await readFile(join(run, "times.jsonl"), "utf8")).trim().split("\n");
  const phases = times.map((line) => (JSON.parse(line) as { phase: string }).phase);
  expect(phases).toEqual([
    "reading",
    "copies",
    "features",
    "features",
    "head",
    "head",
    "scoring",
    "export",
  ]);
});

test("a report is written again without the model where its answers were kept", async () => {
  const events = await collect(report(run, options, context));
  const path = join(run, "report.html");
  expect(events).toEqual([{ type: "report-written", report: path, notes: [] }]);
});

test("answers that were not kept are asked for again, and are the same", async () => {
  const kept = await readPredictions(join(run, "predictions.jsonl"));
  await rm(join(run, "predictions.jsonl"));
  await rm(join(run, "data.json"));
  const events = await collect(report(run, options, context));
  expect(events.map(({ type }) => type)).toContain("eval-progress");
  expect(await readPredictions(join(run, "predictions.jsonl"))).toEqual(kept);
  expect((await stat(join(run, "data.json"))).size).toBeGreaterThan(0);
});

test("where the pictures moved away the page says so, and --data finds them", async () => {
  const moved = join(folder, "moved");
  await rename(pictures, moved);
  await rm(join(run, "predictions.jsonl"));
  const [event] = await collect(report(run, options, context));
  expect(event).toMatchObject({ notes: [expect.stringContaining("no longer at")] });
  expect(await page()).not.toContain('id="confusion"');
  const found = await collect(report(run, { ...options, data: moved }, context));
  expect(found.at(-1)).toMatchObject({ type: "report-written", notes: [] });
  expect(await page()).toContain('id="confusion"');
});

test("a run that was stopped shows how far it came", async () => {
  const stopped = join(folder, "stopped");
  await cp(run, stopped, { recursive: true });
  await rm(join(stopped, "model"), { recursive: true });
  const metrics = await readFile(join(run, "metrics.jsonl"), "utf8");
  await writeFile(join(stopped, "metrics.jsonl"), `${metrics}{"type":"step-e`);
  const events = await collect(report(stopped, options, context));
  expect(events).toMatchObject([{ notes: [expect.stringContaining("not finished")] }]);
  const text = await readFile(join(stopped, "report.html"), "utf8");
  expect(text).toContain('id="learning"');
  expect(text).toContain("graft resume");
});

test("a damaged line is told by its number", async () => {
  const damaged = join(folder, "damaged");
  await cp(run, damaged, { recursive: true });
  await writeFile(join(damaged, "metrics.jsonl"), '{"type":"epoch-end"}\n');
  await expect(collect(report(damaged, options, context))).rejects.toMatchObject({
    code: "run-invalid",
    message: expect.stringContaining("metrics.jsonl is not as it should be in line 1"),
  });
});

test("a run of the page has a report, without its pictures, and is not resumed", async () => {
  const browsers = join(folder, "browsers");
  await cp(run, browsers, { recursive: true });
  const config = join(browsers, "config.json");
  const { versions, options: kept, ...told } = JSON.parse(await readFile(config, "utf8"));
  const { node: _, ...others } = versions;
  const made = {
    ...told,
    versions: { ...others, browser: "Chromium 1" },
    options: { ...kept, data: "pictures in a browser" },
  };
  await writeFile(config, JSON.stringify(made));
  // Of a class that it does not say, so that there is something to show.
  const predictions = join(browsers, "predictions.jsonl");
  const [head, first] = (await readFile(predictions, "utf8")).split("\n");
  const wrong = { ...JSON.parse(first!), truth: "red", top: [{ label: "blue", score: 1 }] };
  await writeFile(predictions, `${head}\n${JSON.stringify(wrong)}\n`);
  const [event] = await collect(report(browsers, options, context));
  expect(event).toMatchObject({
    notes: [expect.stringContaining("read in the browser that the run was made in; they are told")],
  });
  const text = await readFile(join(browsers, "report.html"), "utf8");
  expect(text).toContain("Chromium 1");
  const resuming = collect(resume(browsers, context));
  await expect(resuming).rejects.toThrow(`graft train DATA --warm-start ${browsers}`);
});
