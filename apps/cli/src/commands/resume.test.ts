import { readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { live } from "../../kills/life.js";
import { killAndResume, runWhole, type Training } from "../../kills/trial.js";
import { bin, graft, lines, makeBackbone, makePictures, scratchFolder } from "../testing.js";

let [folder, whole] = ["", ""];
let training: Training;
let remove: () => Promise<void>;
const at = (...names: string[]): string => join(folder, ...names);

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  const pictures = await makePictures(at("pictures"), 6);
  const backbone = await makeBackbone(at("backbone"));
  const tuned = ["--strategy", "finetune", "--cut", "stem", "--head-epochs", "2", "--epochs", "3"];
  const craft = ["--mixup", "0.2", "--ema", "0.9", "--views", "2", "--batch-size", "5"];
  const saving = ["--save-every", "2", "--keep", "1", "--device", "cpu"];
  training = {
    name: "tuned",
    graft: [process.execPath, bin],
    args: [pictures, "--backbone", backbone, ...tuned, ...craft, ...saving],
  };
  whole = at("whole");
  await runWhole(training, whole);
}, 180_000);
afterAll(() => remove());

test("killed while a checkpoint is written, and between phases, a run ends with the same bytes", async () => {
  const { lives, differences } = await killAndResume(training, {
    run: at("killed"),
    whole,
    aims: [
      { at: "write", under: "checkpoints/head", count: 2 },
      { at: "event", type: "phase-end", count: 1 },
    ],
  });
  expect(differences).toEqual([]);
  expect(lives.map(({ code }) => code)).toEqual([null, null, 0]);
}, 180_000);

test("killed while its end is written, it has nothing left over", async () => {
  const aims = [{ at: "write", under: "model/", count: 1 }] as const;
  const { differences } = await killAndResume(training, { run: at("end"), whole, aims });
  expect(differences).toEqual([]);
}, 180_000);

test.skipIf(process.platform === "win32")(
  "where files may not grow, it says so, keeps the last good checkpoint, and goes on with room",
  async () => {
    const [run, roomy] = [at("full"), at("roomy")];
    // Without cached features, checkpoints of the tail are the largest files.
    const fresh = { ...training, args: [...training.args, "--views", "fresh"] };
    await runWhole(fresh, roomy);
    const full = ["/bin/sh", "-c", 'ulimit -f 16; exec "$@"', "sh", ...fresh.graft];
    const life = await live([...full, "train", ...fresh.args, "--out", run, "--json"], { run });
    expect(life.code).toBe(1);
    expect(life.stderr).toMatch(
      /^error: \S+checkpoints\/tail\/step-\d+\.safetensors can't be written: files may not grow that large here\. .+ Then go on with: graft resume \S+full\n$/,
    );
    expect(life.cut).toEqual([]);
    const { differences } = await killAndResume(fresh, { run, whole: roomy, aims: [] });
    expect(differences).toEqual([]);
  },
  180_000,
);

test("where all checkpoints of a phase are damaged, the phase before is gone on from, and this is said", async () => {
  const run = at("damaged");
  const aim = { at: "event", type: "epoch-end", count: 4 } as const;
  await live([...training.graft, "train", ...training.args, "--out", run, "--json"], { run, aim });
  const tail = at("damaged", "checkpoints", "tail");
  for (const name of await readdir(tail)) await truncate(join(tail, name), 100);
  const resumed = await graft(["resume", run, "--json"]);
  const events = lines(resumed.stdout);
  expect(events.find(({ type }) => type === "checkpoint-skipped")).toMatchObject({ path: tail });
  expect(events.find(({ type }) => type === "run-resumed")).toMatchObject({ phase: "head" });
  const weights = (of: string) => readFile(join(of, "model", "model.safetensors"));
  expect(await weights(run)).toEqual(await weights(whole));
}, 180_000);

test("a metrics.jsonl that has lost lines is not gone on with", async () => {
  const run = at("lost");
  const aim = { at: "event", type: "epoch-end", count: 2 } as const;
  await live([...training.graft, "train", ...training.args, "--out", run, "--json"], { run, aim });
  await writeFile(join(run, "metrics.jsonl"), "");
  const { code, stderr } = await graft(["resume", run]);
  expect([code, stderr]).toEqual([1, expect.stringContaining("metrics.jsonl has 0 bytes and had")]);
}, 180_000);
