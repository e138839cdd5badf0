// Eight film sentences a class: pairs and a head (`fewShotTexts`) against plain fine-tuning of the same encoder.
//   pnpm --filter @graft-ml/benchmarks exec tsx few-shot-texts.ts --backbone DIR [--about TEXT] [--draws N] [--keep FILE]
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import {
  type FineTuned,
  fineTune,
  fitStore,
  loadWeights,
  modelFromConfig,
  pairedTTest,
  withBertHead,
} from "@graft-ml/core";
import { openWeights } from "@graft-ml/core/node";
import { acquire } from "@graft-ml/gpu-backend";
import {
  type AnsweredText,
  bertRecipe,
  fewShotTexts,
  openTextClassifier,
  textSource,
  textTask,
} from "@graft-ml/nlp";
import { type LabelledText, openTexts, openTokenizer } from "@graft-ml/nlp/node";
import { mean, spread } from "./lib/classify.js";
import { fewPerClass } from "./lib/few-per-class.js";
import { keeper } from "./lib/keep.js";
import { sharedFolder } from "./lib/networks.js";
import { markdownTable, writeResult } from "./lib/report.js";

const { values: options } = parseArgs({
  options: {
    /** A folder with config.json, weights and a tokenizer. */
    backbone: { type: "string" },
    /** What the result says of it. */
    about: { type: "string", default: "" },
    draws: { type: "string", default: "10" },
    /** Where scores are kept, so that a run that was cut goes on. */
    keep: { type: "string" },
  },
});
const folder = options.backbone;
if (!folder) throw new Error("Give --backbone, the folder of a BERT.");
const PER_CLASS = 8;
const EPOCHS = 50;
const RATES = [2e-5, 1e-4, 3e-4, 1e-3, 3e-3];
/** Other draws than those that are tested. */
const TUNING_SEEDS = [101, 102, 103, 104, 105];
const MAX_LENGTH = 64;

const { classes, train, validation, test } = await openTexts(sharedFolder("data/text/sst-2"));
const config = JSON.parse(await readFile(join(folder, "config.json"), "utf8"));
// The same vectors for all: those of the pool are not in a checkpoint that guessed words.
const model = modelFromConfig(
  withBertHead({ ...config, pooling: "mean" }, { head: "sequence", numClasses: classes.length }),
);
const weights = await loadWeights(model.specs, fitStore(model, await openWeights(folder)), {
  allowMissing: [model.classifier],
});
const tokenizer = await openTokenizer(folder);
const engine = await acquire({ device: "native" });
const given = { engine, model, weights };

type Trained = Pick<FineTuned, "model" | "weights">;
type Lesson = { texts: readonly AnsweredText[]; rate: number; seed: number };

async function fewShot({ texts, rate, seed }: Lesson, epochs: number): Promise<Trained> {
  const contrast = { epochs, rate };
  const length = { tokenizer, maxLength: MAX_LENGTH };
  const tuning = fewShotTexts({ ...given, ...length, train: texts, contrast, seed });
  for await (const _ of tuning);
  return tuning.result();
}

async function fineTuned({ texts, rate, seed }: Lesson): Promise<Trained> {
  const source = textSource({ tokenizer, samples: texts, maxLength: MAX_LENGTH });
  const recipe = bertRecipe({ rate, epochs: EPOCHS });
  const tuning = fineTune({ ...given, ...recipe, task: textTask(), train: source, seed });
  for await (const _ of tuning);
  return tuning.result();
}

type Method = { readonly learn: (lesson: Lesson) => Promise<Trained>; readonly rates: number[] };
const methods: Readonly<Record<string, Method>> = {
  "pairs and a head": { learn: (lesson) => fewShot(lesson, 1), rates: RATES },
  "a head alone": { learn: (lesson) => fewShot(lesson, 0), rates: [0] },
  "fine-tuning": { learn: fineTuned, rates: RATES },
};

type Score = { readonly accuracy: number; readonly seconds: number };
const kept = keeper<Score>(options.keep);

/** One training on the texts of a draw, judged on others: percent right, and the seconds of the training. */
function score(
  method: string,
  { rate, seed, on }: { rate: number; seed: number; on: "validation" | "test" },
): Promise<Score> {
  const name = [basename(folder!), method, rate, seed, on].join("/");
  return kept(name, async () => {
    const { train: texts } = fewPerClass(train, { perClass: PER_CLASS, seed });
    const start = performance.now();
    const trained = await methods[method]!.learn({ texts, rate, seed });
    const seconds = (performance.now() - start) / 1000;
    const accuracy = 100 * (await accuracyOf(trained, on === "test" ? test : validation));
    console.error(JSON.stringify({ name, accuracy, seconds }));
    return { accuracy, seconds };
  });
}

async function accuracyOf(trained: Trained, texts: readonly LabelledText[]): Promise<number> {
  // Batches of texts of like length are padded little.
  const samples = texts.toSorted((a, b) => a.text.length - b.text.length);
  const source = textSource({ tokenizer, samples, maxLength: MAX_LENGTH });
  const classifier = await openTextClassifier({ engine, ...trained, tokenizer, classes });
  try {
    for await (const event of classifier.evaluate(source)) {
      if (event.type === "eval-end") return event.accuracy;
    }
  } finally {
    await classifier.close();
  }
  throw new Error("The evaluation did not end.");
}

/** The rate at which other draws learn best, by the validation's texts. */
async function bestRate(method: string): Promise<{ rate: number; tried: string }> {
  const tried: { rate: number; accuracy: number }[] = [];
  for (const rate of methods[method]!.rates) {
    const scores: Score[] = [];
    for (const seed of TUNING_SEEDS)
      scores.push(await score(method, { rate, seed, on: "validation" }));
    tried.push({ rate, accuracy: mean(scores.map(({ accuracy }) => accuracy)) });
  }
  const { rate } = tried.reduce((best, each) => (each.accuracy > best.accuracy ? each : best));
  const told = tried.map((each) => `${each.accuracy.toFixed(1)} at ${each.rate}`).join(", ");
  return { rate, tried: `${method}: ${told}` };
}

const found = new Map<string, { rate: number; tried: string; scores: readonly Score[] }>();
for (const method of Object.keys(methods)) {
  const chosen = await bestRate(method);
  const scores: Score[] = [];
  for (let seed = 1; seed <= Number(options.draws); seed++) {
    scores.push(await score(method, { rate: chosen.rate, seed, on: "test" }));
  }
  found.set(method, { ...chosen, scores });
}
await engine.close();

const accuraciesOf = (method: string) => found.get(method)!.scores.map(({ accuracy }) => accuracy);
const pairs = accuraciesOf("pairs and a head");
const against = Object.keys(methods)
  .filter((method) => method !== "pairs and a head")
  .map((method) => {
    const { difference, freedom, t, p } = pairedTTest(pairs, accuraciesOf(method));
    return `Pairs and a head less ${method}: ${difference.toFixed(2)} points, paired t-test over the draws t(${freedom}) = ${t.toFixed(2)}, two-sided p = ${p.toPrecision(2)}.`;
  });
const rows = [...found].map(([method, { rate, scores }]) => ({
  method,
  rate: rate || "",
  "accuracy, %": spread(scores.map(({ accuracy }) => accuracy)),
  "least, %": Math.min(...scores.map(({ accuracy }) => accuracy)).toFixed(1),
  "most, %": Math.max(...scores.map(({ accuracy }) => accuracy)).toFixed(1),
  "seconds a training": mean(scores.map(({ seconds }) => seconds)).toFixed(1),
}));
console.log(markdownTable(rows));
const { num_hidden_layers: layers, hidden_size: width } = config;
await writeResult("few-shot-texts", {
  command: "pnpm --filter @graft-ml/benchmarks exec tsx few-shot-texts.ts --backbone DIR",
  notes: [
    `SST-2, ${PER_CLASS} sentences a class drawn from ${train.length}: accuracy on all ${test.length} test sentences, mean and standard deviation of ${options.draws} draws, the same for every method.`,
    ...against,
    `Pairs and a head: \`fewShotTexts\` by its defaults, 40 pairs a sentence once (${(2 * PER_CLASS * 40) / 16} steps of 16 pairs), logistic head. A head alone: the same without pairs. Fine-tuning: \`bertRecipe\` with ${EPOCHS} epochs (${EPOCHS} steps of ${2 * PER_CLASS} sentences), its head on the mean of the tokens as theirs.`,
    `Each method's rate is the best of its own on the ${validation.length} validation sentences, mean accuracy of ${TUNING_SEEDS.length} other draws. ${[...found.values()].map(({ tried }) => tried).join("; ")}.`,
    `Backbone: ${basename(folder)}, BERT of ${layers} layers of ${width}. ${options.about}`.trim(),
  ],
  rows,
});
