import { cp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { graft, lines, makeBackbone, makePictures, scratchFolder, start } from "./testing.js";

let [folder, pictures, backbone] = ["", "", ""];
let remove: () => Promise<void>;

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  pictures = await makePictures(join(folder, "pictures"), 8);
  backbone = await makeBackbone(join(folder, "backbone"));
});
afterAll(() => remove());

const at = (...names: string[]): string => join(folder, ...names);
const train = (out: string, ...more: string[]): string[] => [
  "train",
  pictures,
  "--backbone",
  backbone,
  "--device",
  "cpu",
  "--strategy",
  "probe",
  "--epochs",
  "3",
  "--batch-size",
  "8",
  "--out",
  at(out),
  ...more,
];

/** One line on standard error, nothing on standard output. */
const oneLine = (message: string | RegExp) => ({
  code: 1,
  stdout: "",
  stderr: expect.stringMatching(
    typeof message === "string" ? new RegExp(`^error: [^\\n]*${message}[^\\n]*\\n$`) : message,
  ),
});

test("wrong usage ends with 2 and one line", async () => {
  const wrong = [
    ["trian"],
    ["train"],
    ["train", "x", "--epochs", "many"],
    ["eval", "x"],
    ["models", "--what"],
  ];
  for (const args of wrong) {
    const { code, stdout, stderr } = await graft(args);
    expect([args, code, stdout, stderr.match(/^error: .+\n$/)?.length]).toEqual([args, 2, "", 1]);
  }
});

test("a run: training, its folder, evaluation and predictions", async () => {
  const trained = await graft(train("run", "--lr", "0.02", "--epochs", "20", "--json"));
  expect([trained.code, trained.stderr]).toEqual([0, ""]);
  const events = lines(trained.stdout);
  const end = events.at(-1);
  expect(end).toMatchObject({ type: "train-end", on: "validation", count: 6, run: at("run") });
  expect(end?.accuracy).toBe(1);
  expect(events.filter(({ type }) => type === "epoch-end")).toHaveLength(20);
  expect((await readdir(at("run"))).sort()).toEqual([
    "README.md",
    "checkpoints",
    "config.json",
    "data.json",
    "metrics.jsonl",
    "model",
    "plan.json",
    "predictions.jsonl",
    "report.html",
    "times.jsonl",
  ]);
  expect((await readdir(at("run", "model"))).sort()).toEqual([
    "config.json",
    "model.onnx",
    "model.safetensors",
    "parity.json",
    "preprocessor_config.json",
  ]);

  const scored = await graft(["eval", at("run"), pictures, "--device", "cpu", "--json"]);
  expect(lines(scored.stdout).at(-1)).toMatchObject({ type: "eval-end", accuracy: 1, count: 24 });

  const named = [join(pictures, "blue", "00.png"), join(pictures, "red", "01.png")];
  const said = await graft(["predict", at("run"), "--device", "cpu", "--json"], {
    input: named.join("\n"),
  });
  const predictions = lines(said.stdout).filter(({ type }) => type === "prediction");
  expect(predictions.map(({ input, label }) => [input, label])).toEqual([
    [named[0], "blue"],
    [named[1], "red"],
  ]);

  const taken = await graft([...train("run"), "--json"]);
  expect(taken).toMatchObject(oneLine("is not empty"));
}, 180_000);

test("an interrupted run saves, ends with 130, and goes on to the same bytes", async () => {
  const whole = await graft(train("whole", "--epochs", "30", "--json"));
  expect(whole.code).toBe(0);

  const child = start(train("cut", "--epochs", "30", "--json"));
  await child.seen('"step-end","epoch":5');
  child.kill("SIGINT");
  child.kill("SIGINT");
  const cut = await child.ended;
  expect(cut.code).toBe(130);
  expect(lines(cut.stdout).at(-1)).toEqual({ type: "interrupted", run: at("cut") });
  expect(cut.stderr).toMatch(/Go on with: graft resume/);

  const resumed = await graft(["resume", at("cut"), "--json"]);
  expect(resumed.code).toBe(0);
  expect(lines(resumed.stdout).at(-1)?.accuracy).toBe(lines(whole.stdout).at(-1)?.accuracy);
  for (const file of ["metrics.jsonl", "model/model.safetensors"]) {
    expect(await readFile(at("cut", file)), file).toEqual(await readFile(at("whole", file)));
  }
}, 120_000);

test("a killed run is readable and goes on to the same bytes, past a damaged checkpoint", async () => {
  const fine = ["--strategy", "finetune", "--head-epochs", "3", "--epochs", "30", "--json"];
  const whole = await graft(train("tuned", ...fine));
  expect(whole.code).toBe(0);

  const child = start(train("killed", ...fine));
  await child.seen('"step-end","epoch":6');
  child.kill("SIGKILL");
  expect((await child.ended).signal).toBe("SIGKILL");
  const saved = (await readdir(at("killed", "checkpoints", "tail")))
    .filter((name) => name.endsWith("safetensors"))
    .sort();
  await truncate(at("killed", "checkpoints", "tail", saved.at(-1)!), 1000);

  const resumed = await graft(["resume", at("killed"), "--json"]);
  expect(resumed.code).toBe(0);
  expect(lines(resumed.stdout).map(({ type }) => type)).toContain("checkpoint-skipped");
  for (const file of ["metrics.jsonl", "model/model.safetensors"]) {
    expect(await readFile(at("killed", file)), file).toEqual(await readFile(at("tuned", file)));
  }
}, 120_000);

test("pictures that can't be read are named and skipped, or are the error", async () => {
  const damaged = at("damaged");
  await cp(pictures, damaged, { recursive: true });
  const bad = join(damaged, "red", "00.png");
  await truncate(bad, 200);
  const args = ["train", damaged, "--backbone", backbone, "--device", "cpu", "--epochs", "1"];
  const skipped = await graft([...args, "--out", at("run-damaged")]);
  expect(skipped.code).toBe(0);
  expect(skipped.stderr).toMatch(/^warning: skipped red\/00\.png: .+\n$/);
  expect(await graft([...args, "--out", at("run-strict"), "--strict"])).toMatchObject(
    oneLine("red/00.png"),
  );
  expect(await graft(["predict", backbone, bad, "--device", "cpu"])).toMatchObject(
    oneLine("Can't read"),
  );
}, 180_000);

test("an empty class folder, cut or misshapen weights, a loss that explodes: one line and 1", async () => {
  const empty = at("empty");
  await cp(pictures, empty, { recursive: true });
  await rm(join(empty, "red"), { recursive: true });
  await cp(at("pictures", "blue"), join(empty, "red"), {
    recursive: true,
    filter: (path) => !path.endsWith(".png"),
  });
  const on = (data: string, model: string, ...more: string[]) =>
    graft(["train", data, "--backbone", model, "--device", "cpu", "--out", at("none"), ...more]);
  expect(await on(empty, backbone)).toMatchObject(oneLine("red holds no readable picture"));

  const cut = await makeBackbone(at("cut-weights"));
  await truncate(join(cut, "model.safetensors"), 3000);
  expect(await on(pictures, cut)).toMatchObject(oneLine("model.safetensors"));

  const misshapen = await makeBackbone(at("misshapen"), (weights) => ({
    ...weights,
    "conv1.weight": { dtype: "float32", shape: [4, 3, 1, 1], data: new Float32Array(12) },
  }));
  expect(await on(pictures, misshapen)).toMatchObject(
    oneLine('"conv1.weight" is \\[4, 3, 1, 1\\], \\[4, 3, 3, 3\\] expected'),
  );

  const nan = await makeBackbone(at("nan"), (weights) => ({
    ...weights,
    "conv1.weight": {
      dtype: "float32",
      shape: [4, 3, 3, 3],
      data: new Float32Array(108).fill(Number.NaN),
    },
  }));
  expect(await on(pictures, nan, "--quiet")).toMatchObject(oneLine("[Ll]oss"));
  await writeFile(at("options.json"), '{"epochs": "three"}');
  expect(await on(pictures, backbone, "--config", at("options.json"))).toMatchObject(
    oneLine("options.json .* epochs"),
  );
}, 180_000);
