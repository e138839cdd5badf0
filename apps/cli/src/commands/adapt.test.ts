import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { candidates } from "@graft-ml/domain-adapt";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failureOf } from "../failure.js";
import {
  eventsOf,
  makeBackbone,
  makePictures,
  makeTextBackbone,
  scratchFolder,
} from "../testing.js";
import { adaptCommand } from "./adapt.js";
import { evalCommand } from "./eval.js";
import { exportCommand } from "./export.js";
import { predictCommand } from "./predict.js";

let [folder, remove] = ["", async () => {}];
const at = (...names: string[]): string => join(folder, ...names);
const json = async (...names: string[]) => JSON.parse(await readFile(at(...names), "utf8"));

const praise = ["good", "great", "lovely", "fine", "superb", "grand"];
const blame = ["bad", "awful", "dull", "poor", "sad", "weak"];
const texts = (things: readonly string[]) =>
  things.flatMap((thing, i) =>
    praise.flatMap((word, j) => [
      { text: `a ${word} ${thing} of ${things[(i + j + 1) % things.length]}`, label: "liked" },
      {
        text: `a ${blame[j]} ${thing} of ${things[(i + j + 2) % things.length]}`,
        label: "disliked",
      },
    ]),
  );
const films = texts(["film", "book", "song", "play", "tale"]);
const tools = texts(["drill", "saw", "pan", "lamp"]);

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  await makePictures(at("source"), 8);
  await makePictures(at("bright"), 6);
  await darken(at("bright"), at("target"));
  await mkdir(at("flat"));
  for (const name of ["red", "green", "blue"]) {
    for (const file of await readdir(at("target", name))) {
      await cp(at("target", name, file), at("flat", `${name}-${file}`));
    }
  }
  await makeBackbone(at("backbone"));
  const all = [...films, ...tools].map(({ text }) => text);
  await makeTextBackbone(at("bert"), all);
  const lines = (rows: typeof films) => rows.map(({ text, label }) => `${text},${label}`);
  await writeFile(at("films.csv"), ["text,label", ...lines(films), ""].join("\n"));
  await writeFile(at("tools.csv"), ["text,label", ...lines(tools), ""].join("\n"));
  await writeFile(at("alone.txt"), [...tools.map(({ text }) => text), ""].join("\n"));
  await writeFile(at("alone.csv"), ["text", ...tools.map(({ text }) => text), ""].join("\n"));
});
afterAll(() => remove());

/** The same pictures at half their brightness: another domain. */
async function darken(from: string, to: string): Promise<void> {
  for (const name of await readdir(from)) {
    await mkdir(join(to, name), { recursive: true });
    for (const file of await readdir(join(from, name))) {
      await sharp(join(from, name, file))
        .linear(0.5, 0)
        .toFile(join(to, name, file));
    }
  }
}

const adapting = (source: string, target: string, ...more: readonly string[]) =>
  eventsOf(adaptCommand, [
    ...["--source", at(source), "--target", at(target)],
    ...["--backbone", at(/csv|jsonl/.test(source) ? "bert" : "backbone"), ...more],
  ]);

test("pictures: what is tried, chosen and written, by the oracle as by graft eval", async () => {
  const events = await adapting("source", "target", "--out", at("adapted"));
  expect(events.find(({ type }) => type === "domains")).toMatchObject({
    noun: "picture",
    source: { samples: 24, classes: ["blue", "green", "red"] },
    target: { samples: 18, isLabelled: true },
  });
  const shift = events.find(({ type }) => type === "shift");
  expect(shift).toMatchObject({ rows: { source: 24, target: 18 } });
  expect(shift).not.toHaveProperty("drift");
  const end = events.at(-1) as unknown as {
    chosen: string;
    candidates: { name: string; oracleAccuracy: number }[];
  };
  expect(end).toMatchObject({ type: "adapt-end", run: at("adapted") });
  expect(end.candidates.map(({ name }) => name)).toEqual(candidates.map(({ name }) => name));
  const { oracleAccuracy } = end.candidates.find(({ name }) => name === end.chosen)!;
  expect(oracleAccuracy).toBeGreaterThan(0.9);
  const measured = await eventsOf(evalCommand, [at("adapted"), at("target")]);
  expect(measured.at(-1)).toMatchObject({ type: "eval-end", count: 18 });
  expect(measured.at(-1)).toHaveProperty("accuracy", oracleAccuracy);

  const record = await json("adapted", "adaptation.json");
  expect(record).toMatchObject({
    chosen: end.chosen,
    classes: ["blue", "green", "red"],
    seed: 0,
    method: "auto",
    backbone: { architecture: "resnet_cifar", features: 8 },
    target: { samples: 18, isLabelled: true },
  });
  expect(record.candidates).toEqual(JSON.parse(JSON.stringify(end.candidates)));
  expect(record.shift.drift).toHaveLength(8);
  const card = await readFile(at("adapted", "README.md"), "utf8");
  expect(card).toContain(`| **${end.chosen}** |`);
  expect(card).toContain("oracle");
});

test("a target without labels has no oracle, and the same choice; the model is asked and exported", async () => {
  const labelled = await json("adapted", "adaptation.json");
  const events = await adapting("source", "flat", "--out", at("blind"));
  const end = events.at(-1) as unknown as { chosen: string; candidates: object[] };
  expect(end.chosen).toBe(labelled.chosen);
  for (const row of end.candidates) expect(row).not.toHaveProperty("oracleAccuracy");
  expect(await readFile(at("blind", "README.md"), "utf8")).not.toContain("oracle");
  const asked = await eventsOf(predictCommand, [at("blind"), at("flat", "red-00.png")]);
  expect(asked.find(({ type }) => type === "prediction")).toMatchObject({ label: "red" });
  const exported = await eventsOf(exportCommand, [
    at("blind"),
    ...["--format", "onnx", "--out", at("onnx")],
  ]);
  expect(exported.at(-1)).toMatchObject({ type: "export-end", format: "onnx" });
});

test("a CSV of paths alone is a target without labels, and a model folder a backbone again", async () => {
  const paths = (await readdir(at("flat"))).map((name) => `flat/${name}`);
  await writeFile(at("paths.csv"), ["path", ...paths, ""].join("\n"));
  const more = ["--method", "coral", "--backbone", at("blind")];
  const end = (await adapting("source", "paths.csv", ...more)).at(-1);
  expect(end).toMatchObject({ type: "adapt-end", run: null });
  expect(end).toHaveProperty("candidates.length", 2);
  expect(end).toHaveProperty("candidates.1.name", "CORAL");
  expect(end).not.toHaveProperty("candidates.1.oracleAccuracy");
});

test("texts: with labels and without, saved, asked and measured", async () => {
  const out = ["--out", at("opinions")];
  const events = await adapting("films.csv", "tools.csv", ...out, "--batch-size", "4");
  const end = events.at(-1) as unknown as {
    chosen: string;
    candidates: { name: string; oracleAccuracy: number }[];
  };
  const { oracleAccuracy } = end.candidates.find(({ name }) => name === end.chosen)!;
  const measured = await eventsOf(evalCommand, [at("opinions"), at("tools.csv")]);
  expect(measured.at(-1)).toHaveProperty("accuracy", oracleAccuracy);
  const progress = events.filter(({ type }) => type === "features-progress");
  expect(progress.map((event) => ("count" in event ? event.count : 0))).toEqual([32, 60, 32, 48]);
  expect(progress.at(-1)).toMatchObject({ of: "target", secondsLeft: 0 });
  const asked = await eventsOf(predictCommand, [at("opinions"), "a lovely drill of lamp"]);
  expect(asked.find(({ type }) => type === "prediction")).toHaveProperty("label");
  expect(await json("opinions", "config.json")).toMatchObject({
    architectures: ["BertForSequenceClassification"],
    id2label: { 0: "disliked", 1: "liked" },
    pooling: "mean",
  });

  const blind = await adapting("films.csv", "alone.csv", "--method", "TCA");
  expect(blind.at(-1)).toHaveProperty("candidates.length", 2);
  expect(blind.at(-1)).not.toHaveProperty("candidates.0.oracleAccuracy");
  expect(blind.filter(({ type }) => type === "data-note").at(-1)).toMatchObject({
    note: expect.stringContaining("labels are not known"),
  });
  const lines = await adapting("films.csv", "alone.txt", "--method", "TCA");
  expect(lines.find(({ type }) => type === "domains")).toMatchObject({
    target: { samples: tools.length, isLabelled: false },
  });
});

test("the same seed gives the same model", async () => {
  const model = async (out: string) => {
    await adapting("source", "flat", "--method", "self-training", "--out", at(out));
    return readFile(at(out, "model.safetensors"));
  };
  expect(await model("first")).toEqual(await model("second"));
});

test("what can't be done is said, with what to do", async () => {
  const unknown = adapting("source", "target", "--method", "magic");
  await expect(unknown).rejects.toThrow(/no method "magic".+"source only".+"CORAL"/);
  const error = await unknown.catch((reason: unknown) => reason);
  expect(failureOf(error, { debug: false }).exitCode).toBe(2);
  await expect(adapting("source", "tools.csv")).rejects.toThrow("two domains of the same kind");
  await expect(adapting("source", "target", "--out", at("adapted"))).rejects.toThrow(
    /not empty; choose another --out$/,
  );
  await cp(at("target", "red"), at("other", "crimson"), { recursive: true });
  await cp(at("target", "blue"), at("other", "blue"), { recursive: true });
  await expect(adapting("source", "other")).rejects.toThrow(
    "has a class that the source doesn't: crimson. The source has blue, green, red.",
  );
  await writeFile(at("other.csv"), "text,label\na fine pan,praise\na bad pan,blame\n");
  await expect(adapting("films.csv", "other.csv")).rejects.toThrow(
    "has a class that the source doesn't: praise. The source has disliked, liked.",
  );
  await cp(at("target", "red", "00.png"), at("one", "00.png"));
  await expect(adapting("source", "one")).rejects.toThrow("has 1 samples, too few");
  await cp(at("target", "red"), at("only", "red"), { recursive: true });
  await expect(adapting("only", "flat")).rejects.toThrow("has the class red alone");
  await writeFile(at("many.csv"), "path,labels\nflat/red-00.png,a|b\n");
  await expect(adapting("many.csv", "target")).rejects.toThrow("takes one class a sample");
});

test("classes that the target lacks, and pictures that can't be read, are told", async () => {
  await cp(at("target", "red"), at("some", "red"), { recursive: true });
  await writeFile(at("some", "red", "broken.png"), "no picture");
  const events = await adapting("source", "some", "--method", "own z-scores");
  expect(events.find(({ type }) => type === "picture-skipped")).toMatchObject({
    name: expect.stringContaining("broken.png"),
  });
  expect(events.find(({ type }) => type === "data-note")).toMatchObject({
    note: expect.stringContaining("no sample of blue, green"),
  });
  expect(events.at(-1)).toMatchObject({ type: "adapt-end" });
});
