import "@tensorflow/tfjs-backend-cpu";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createEagerEngine, fitStore, loadWeights, modelFromConfig } from "@graft-ml/core";
import { openWeights } from "@graft-ml/core/node";
import { openOnnxFile } from "@graft-ml/gpu-backend/node";
import { embedTexts, tokenBatch } from "@graft-ml/nlp";
import { openTokenizer } from "@graft-ml/nlp/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventsOf, makeBackbone, makeTextBackbone, scratchFolder } from "../testing.js";
import { evalCommand } from "./eval.js";
import { exportCommand } from "./export.js";
import { predictCommand } from "./predict.js";
import { resumeCommand } from "./resume.js";
import { trainCommand } from "./train.js";

let [folder, backbone] = ["", ""];
let remove: () => Promise<void>;
const at = (...path: string[]) => join(folder, ...path);

const words = ["good", "great", "lovely", "fine", "superb", "grand"];
const things = ["film", "book", "song", "play", "tale"];
const texts = things.flatMap((thing, i) =>
  words.map((word, j) => `a ${word} ${thing} of ${things[(i + j + 1) % 5]}`),
);

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  backbone = await makeTextBackbone(at("backbone"), texts);
  await writeFile(
    at("texts.csv"),
    ["text,label", ...texts.map((one, i) => `${one},${i % 2}`), ""].join("\n"),
  );
});
afterAll(() => remove());

const run = (command: Parameters<typeof eventsOf>[0], ...args: readonly string[]) =>
  eventsOf(command, args);

const json = async (...path: string[]) => JSON.parse(await readFile(at(...path), "utf8"));
const training = (out: string, ...more: readonly string[]) =>
  run(
    trainCommand,
    at("texts.csv"),
    ...["--task", "masked", "--backbone", backbone, "--out", at(out)],
    ...["--keep-duplicates", "--batch-size", "2", ...more],
  );
const perplexityOf = (events: Awaited<ReturnType<typeof run>>): number =>
  (events.at(-1) as unknown as { perplexity: number }).perplexity;

test("hidden words are learned from one's own texts, guessed, measured, exported and gone on with", async () => {
  const before = perplexityOf(await run(evalCommand, backbone, at("texts.csv")));
  const events = await training("run", "--epochs", "12", "--lr", "2e-2");
  const end = events.at(-1);
  expect(end).toMatchObject({ type: "train-end", task: "masked", on: "validation", count: 6 });
  expect(perplexityOf(events)).toBeLessThan(before / 2);
  const measured = await run(evalCommand, at("run"), at("texts.csv"));
  expect(measured.at(-1)).toMatchObject({ type: "eval-end", task: "masked", count: 30 });
  expect(perplexityOf(measured)).toBeLessThan(before / 2);

  const config = await json("run", "model", "config.json");
  expect(config).toMatchObject({ architectures: ["BertForMaskedLM"] });
  expect(config).not.toHaveProperty("id2label");
  expect((await json("run", "config.json")).classes).toEqual([]);
  const report = await readFile(at("run", "report.html"), "utf8");
  expect(report).toContain("Guesses words that are hidden in texts");
  expect(report).not.toContain("Look for labels");
  expect(await readFile(at("run", "README.md"), "utf8")).toContain('"A [MASK] text."');

  const [told] = (
    await run(predictCommand, at("run"), "a grand [MASK] of [MASK]", "--top", "3")
  ).filter(({ type }) => type === "prediction");
  const { filled, masks } = told as unknown as {
    filled: string;
    masks: { label: string; score: number }[][];
  };
  const best = masks.map(([first]) => first!.label);
  expect(masks[0]!.some(({ label }) => things.includes(label))).toBe(true);
  expect(filled).toBe(`a grand ${best[0]} of ${best[1]}`);
  expect(masks.map((one) => one.length)).toEqual([3, 3]);
  await expect(run(predictCommand, at("run"), "a fine song")).rejects.toThrow("has no [MASK]");

  const exporting = (format: string, out: string) =>
    run(exportCommand, at("run"), "--format", format, "--out", at(out));
  expect((await exporting("transformers", "web")).at(-1)).toMatchObject({
    outputs: "logits",
    sameLabel: 6,
    samples: { kind: "texts" },
  });
  expect(await json("web", "config.json")).not.toHaveProperty("id2label");
  expect((await exporting("safetensors", "copy")).at(-1)).toMatchObject({
    largestAbsoluteDifference: 0,
  });
  expect((await run(resumeCommand, at("run"))).at(-1)).toEqual(end);
}, 30_000);

test("the backbone's own head goes on: with next to no rate it guesses as before", async () => {
  const events = await training("still", "--epochs", "1", "--lr", "1e-9", "--validation", "0");
  const before = await run(evalCommand, backbone, at("texts.csv"));
  expect(perplexityOf(events)).toBeCloseTo(perplexityOf(before), 3);
});

test("an encoder is exported without its head, and begins again where it has none", async () => {
  const exporting = (out: string, ...more: string[]) =>
    run(exportCommand, backbone, "--data", at("texts.csv"), "--out", at(out), ...more);
  const end = (await exporting("vectors", "--format", "transformers", "--features")).at(-1);
  expect(end).toMatchObject({ outputs: "last_hidden_state", sameLabel: 16 });
  const config = await json("vectors", "config.json");
  expect(config).toMatchObject({ model_type: "bert", architectures: ["BertModel"] });
  expect(config).not.toHaveProperty("id2label");

  const text = "a fine song of play";
  const tokenizer = await openTokenizer(at("vectors"));
  const file = await openOnnxFile(at("vectors", "onnx", "model.onnx"));
  const row = tokenizer.encode(text);
  const batch = tokenBatch(tokenizer, [row]);
  const { last_hidden_state: states } = await file.run(batch as Parameters<typeof file.run>[0]);
  await file.close();
  expect(states?.shape).toEqual([1, row.ids.length, 16]);
  const model = modelFromConfig(await json("backbone", "config.json"));
  const weights = await loadWeights(model.specs, fitStore(model, await openWeights(backbone)));
  const engine = await createEagerEngine({ backend: "cpu" });
  const texts = [text];
  const { data } = await embedTexts({ engine, model, weights, tokenizer, texts });
  await engine.close();
  for (const [column, value] of data.entries()) {
    const own = Array.from(row.ids, (_, token) => Number(states!.data[token * 16 + column]));
    expect(own.reduce((a, b) => a + b, 0) / own.length).toBeCloseTo(value, 5);
  }

  await exporting("encoder", "--format", "safetensors", "--features");
  await expect(run(predictCommand, at("encoder"), text)).rejects.toThrow("without a head");
  const again = await run(exportCommand, at("encoder"), "--format", "onnx", "--out", at("again"));
  expect(again.at(-1)).toMatchObject({ outputs: "last_hidden_state" });
  // It has neither a head nor a pooler: both tasks begin with a new head on it.
  for (const task of ["masked", "text"]) {
    const flags = ["--task", task, "--out", at(`new ${task}`), "--backbone", at("encoder")];
    const events = await run(trainCommand, at("texts.csv"), ...flags, "--epochs", "1");
    expect(events.at(-1)).toMatchObject({ type: "train-end", task });
  }
});

test("what would freeze the words, or means nothing, is refused", async () => {
  for (const [flags, why] of [
    [["--strategy", "probe"], "would freeze the table of words"],
    [["--cut", "layer1"], "would freeze the table of words"],
    [["--head-epochs", "2"], "would freeze the table of words"],
    [["--label", "label"], "--label means nothing for --task masked"],
    [["--warm-start", "x"], "Give the run as --backbone."],
  ] as const) {
    await expect(training("refused", ...flags)).rejects.toThrow(why);
  }
  const pictures = await makeBackbone(at("pictures"));
  await expect(
    run(exportCommand, pictures, "--format", "onnx", "--out", at("x"), "--features"),
  ).rejects.toThrow("--features is for texts");
});
