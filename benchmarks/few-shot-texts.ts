// Eight texts a class: pairs and a head (`fewShotTexts`) against plain fine-tuning of the same encoder.
//   pnpm --filter @graft-ml/benchmarks exec tsx few-shot-texts.ts [--backbone DIR] [--about TEXT] [--set NAME ...] [--draws N] [--keep FILE]
import { parseArgs } from "node:util";
import { pairedTTest } from "@graft-ml/core";
import { acquire } from "@graft-ml/gpu-backend";
import { mean, spread } from "./lib/classify.js";
import { fewPerClass } from "./lib/few-per-class.js";
import { keeper } from "./lib/keep.js";
import { markdownTable, type Row, writeResult } from "./lib/report.js";
import {
  accuracyOf,
  type Backbone,
  fewShot,
  fineTuned,
  type Lesson,
  openBackbone,
  openEncoder,
  type Trained,
} from "./lib/text-methods.js";
import { type TextSet, textSets } from "./lib/text-sets.js";

const { values: options } = parseArgs({
  options: {
    /** A folder with config.json, weights and a tokenizer; default: the zoo's. */
    backbone: { type: "string" },
    /** What the result says of it. */
    about: { type: "string", default: "" },
    set: { type: "string", multiple: true, default: Object.keys(textSets) },
    draws: { type: "string", default: "10" },
    /** Where scores are kept, so that a run that was cut goes on. */
    keep: { type: "string" },
  },
});
const encoder = await openEncoder(options.backbone);
const PER_CLASS = 8;
const RATES = [1e-4, 5e-4, 2e-3];
/** The draws that rates are chosen by are none of those that are tested. */
const TUNING_SEEDS = [101, 102, 103];

type Method = {
  readonly learn: (backbone: Backbone, lesson: Lesson) => Promise<Trained>;
  readonly epochs: number;
  readonly rates: readonly number[];
};
const methods: Readonly<Record<string, Method>> = {
  "pairs and a head": { learn: fewShot, epochs: 1, rates: RATES },
  "a head alone": { learn: fewShot, epochs: 0, rates: [] },
  "fine-tuning": { learn: fineTuned, epochs: 50, rates: RATES },
};

type Score = { readonly accuracy: number; readonly seconds: number };
type Place = { readonly name: string; readonly set: TextSet; readonly backbone: Backbone };
const kept = keeper<Score>(options.keep);

/** One training on the texts of a draw, judged on others: percent right, and the seconds of the training. */
function score(
  { name, set, backbone }: Place,
  cell: { method: string; rate: number; seed: number; part: "validation" | "test" },
): Promise<Score> {
  const { method, rate, seed, part } = cell;
  const { learn, epochs } = methods[method]!;
  return kept([encoder.name, name, method, epochs, rate, seed, part].join("/"), async () => {
    const { train: texts } = fewPerClass(set.train, { perClass: PER_CLASS, seed });
    const start = performance.now();
    const trained = await learn(backbone, { texts, rate, epochs, seed });
    const seconds = (performance.now() - start) / 1000;
    const judged = { texts: set[part], classes: set.classes };
    const accuracy = await accuracyOf({ ...backbone, ...trained }, judged);
    console.error(JSON.stringify({ name, ...cell, accuracy, seconds }));
    return { accuracy, seconds };
  });
}

/** The rate at which other draws learn best, by the texts for validation. */
async function bestRate(place: Place, method: string): Promise<{ rate: number; told: string }> {
  const { rates } = methods[method]!;
  if (rates.length === 0) return { rate: 0, told: "" };
  const tried: { rate: number; accuracy: number }[] = [];
  for (const rate of rates) {
    const scores: number[] = [];
    for (const seed of TUNING_SEEDS) {
      scores.push((await score(place, { method, rate, seed, part: "validation" })).accuracy);
    }
    tried.push({ rate, accuracy: mean(scores) });
  }
  const { rate } = tried.reduce((best, each) => (each.accuracy > best.accuracy ? each : best));
  const told = tried.map((each) => `${each.accuracy.toFixed(1)} at ${each.rate}`).join(", ");
  return { rate, told: `${place.name}, ${method}: ${told}` };
}

async function compare(place: Place): Promise<{ rows: Row[]; notes: string[] }> {
  const rows: Row[] = [];
  const notes: string[] = [];
  const accuracies = new Map<string, number[]>();
  for (const method of Object.keys(methods)) {
    const { rate, told } = await bestRate(place, method);
    if (rate > 0) notes.push(told);
    const scores: Score[] = [];
    for (let seed = 1; seed <= Number(options.draws); seed++) {
      scores.push(await score(place, { method, rate, seed, part: "test" }));
    }
    const own = scores.map(({ accuracy }) => accuracy);
    accuracies.set(method, own);
    rows.push({
      set: place.name,
      method,
      rate: rate || "",
      "accuracy, %": spread(own),
      "least, %": Math.min(...own).toFixed(1),
      "most, %": Math.max(...own).toFixed(1),
      "seconds a training": mean(scores.map(({ seconds }) => seconds)).toFixed(1),
      ...against(accuracies, method),
    });
  }
  return { rows, notes };
}

/** How much better the first method is, over the same draws. */
function against(accuracies: ReadonlyMap<string, number[]>, method: string): Row {
  const [first] = accuracies.values();
  const own = accuracies.get(method)!;
  const { difference, t, p } = pairedTTest(first!, own);
  return own === first
    ? { "pairs lead by": "", t: "", p: "" }
    : { "pairs lead by": difference.toFixed(2), t: t.toFixed(2), p: p.toPrecision(2) };
}

const engine = await acquire({ device: "native" });
const rows: Row[] = [];
const tried: string[] = [];
const sizes: string[] = [];
for (const name of options.set) {
  const set = await textSets[name]!();
  const backbone = await openBackbone(encoder, { engine, classes: set.classes });
  const found = await compare({ name, set, backbone });
  rows.push(...found.rows);
  tried.push(...found.notes);
  sizes.push(
    `${name} (${set.about}): ${set.train.length}, ${set.validation.length}, ${set.test.length}`,
  );
}
await engine.close();
console.log(markdownTable(rows));
await writeResult("few-shot-texts", {
  command: `pnpm --filter @graft-ml/benchmarks exec tsx few-shot-texts.ts${options.backbone === undefined ? "" : " --backbone DIR"}${options.set.map((name) => ` --set ${name}`).join("")}`,
  notes: [
    `${PER_CLASS} texts a class, drawn anew by each of ${options.draws} seeds, the same for every method. Accuracy on all texts for the test: mean and standard deviation of the draws; \`t\` and the two-sided \`p\` of a paired t-test with ${Number(options.draws) - 1} degrees of freedom.`,
    `Texts to draw from, for validation, for the test: ${sizes.join("; ")}.`,
    "Pairs and a head: `fewShotTexts`, 40 pairs a text once, in batches of 16, then a logistic head. A head alone: the same without pairs. Fine-tuning: `bertRecipe` with 50 epochs in batches of 16. All on the mean of the tokens, 64 at most.",
    `Each method's rate is its best on the texts for validation, by the mean accuracy of ${TUNING_SEEDS.length} other draws: ${tried.join("; ")}.`,
    `Backbone: ${encoder.name}. ${options.about}`.trim(),
  ],
  rows,
});
