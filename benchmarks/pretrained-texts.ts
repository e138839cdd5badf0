// A BERT's pretrained weights against the same network from scratch, on a few hundred texts of three real sets.
//   pnpm --filter @graft-ml/benchmarks exec tsx pretrained-texts.ts [--backbone DIR] [--set NAME ...] [--examples N] [--seeds N] [--keep FILE]
import { parseArgs } from "node:util";
import { fineTune, initWeights, modelFromConfig, withBertHead } from "@graft-ml/core";
import { acquire } from "@graft-ml/gpu-backend";
import { bertRecipe } from "@graft-ml/nlp";
import { deviation, mean, spread } from "./lib/classify.js";
import { keeper } from "./lib/keep.js";
import { markdownTable, type Row, writeResult } from "./lib/report.js";
import { byLength, type TextLesson, textLessons } from "./lib/text-lessons.js";
import { type Encoder, openEncoder } from "./lib/text-methods.js";

const { values: options } = parseArgs({
  options: {
    /** A folder with config.json, weights and a tokenizer; default: the zoo's. */
    backbone: { type: "string" },
    set: { type: "string", multiple: true, default: Object.keys(textLessons) },
    examples: { type: "string", default: "500" },
    seeds: { type: "string", default: "5" },
    /** Where scores are kept, so that a run that was cut goes on. */
    keep: { type: "string" },
  },
});
const EXAMPLES = Number(options.examples);
const SEEDS = Number(options.seeds);
const EPOCHS = 10;
const RATES = [3e-4, 1e-3, 3e-3];
/** The draw that rates are chosen on is none of those that are tested. */
const TUNING_SEED = 101;
const starts = ["from scratch", "pretrained"] as const;
type Start = (typeof starts)[number];

type Score = { readonly score: number; readonly seconds: number };
type Place = { readonly name: string; readonly lesson: TextLesson };
type Cell = { start: Start; rate: number; seed: number; part: "validation" | "test" };
const kept = keeper<Score>(options.keep);

const engine = await acquire({ device: "native" });
const encoder = await openEncoder(options.backbone);

/** One training on the examples of a draw, judged on others. */
function score({ name, lesson }: Place, cell: Cell): Promise<Score> {
  const { start, rate, seed, part } = cell;
  return kept([encoder.name, name, EXAMPLES, start, rate, seed, part].join("/"), async () => {
    const began = performance.now();
    const trained = await learned(encoder, { lesson, start, rate, seed });
    const seconds = (performance.now() - began) / 1000;
    const found = await lesson.score({ ...trained, engine, tokenizer: encoder.tokenizer }, part);
    console.error(JSON.stringify({ name, ...cell, score: found, seconds }));
    return { score: found, seconds };
  });
}

async function learned(
  { config, weightsFor, tokenizer }: Encoder,
  { lesson, start, rate, seed }: { lesson: TextLesson } & Omit<Cell, "part">,
) {
  const { head, outputs: numClasses } = lesson;
  const model = modelFromConfig(withBertHead({ ...config, pooling: "mean" }, { head, numClasses }));
  const weights = start === "pretrained" ? await weightsFor(model) : initWeights(model, { seed });
  const { train, task } = lesson.draw({ tokenizer }, { count: EXAMPLES, seed });
  const recipe = bertRecipe({ rate, epochs: EPOCHS });
  const tuning = fineTune({
    ...{ engine, model, weights, task, train, seed },
    ...recipe,
    ...byLength(train, seed),
  });
  for await (const _ of tuning);
  return tuning.result();
}

/** The rate at which another draw learns best, by the texts for validation. */
async function bestRate(place: Place, start: Start): Promise<{ rate: number; told: string }> {
  const tried: { rate: number; score: number }[] = [];
  for (const rate of RATES) {
    const cell = { start, rate, seed: TUNING_SEED, part: "validation" } as const;
    tried.push({ rate, score: (await score(place, cell)).score });
  }
  const { rate } = tried.reduce((best, each) => (each.score > best.score ? each : best));
  const told = tried.map((each) => `${each.score.toFixed(1)} at ${each.rate}`).join(", ");
  return { rate, told: `${place.name} ${start}: ${told}` };
}

async function rowOf(place: Place): Promise<{ row: Row; notes: string[] }> {
  const { name, lesson } = place;
  const scores: Record<Start, number[]> = { "from scratch": [], pretrained: [] };
  const notes: string[] = [];
  const seconds: number[] = [];
  for (const start of starts) {
    const { rate, told } = await bestRate(place, start);
    notes.push(told);
    for (let seed = 1; seed <= SEEDS; seed++) {
      const found = await score(place, { start, rate, seed, part: "test" });
      scores[start].push(found.score);
      seconds.push(found.seconds);
    }
  }
  const gain = mean(scores.pretrained) - mean(scores["from scratch"]);
  const row = {
    set: name,
    metric: lesson.metric,
    "from scratch": spread(scores["from scratch"]),
    pretrained: spread(scores.pretrained),
    gain: gain.toFixed(1),
    "gain / larger deviation": (
      gain / Math.max(deviation(scores.pretrained), deviation(scores["from scratch"]))
    ).toFixed(1),
    "seconds a training": mean(seconds).toFixed(0),
  };
  return { row, notes };
}

const rows: Row[] = [];
const tried: string[] = [];
const sizes: string[] = [];
for (const name of options.set) {
  const lesson = await textLessons[name]!();
  const { row, notes } = await rowOf({ name, lesson });
  rows.push(row);
  tried.push(...notes);
  const { train, validation, test } = lesson.counts;
  sizes.push(`${name} (${lesson.about}): ${train}, ${validation}, ${test}`);
}
await engine.close();
console.log(markdownTable(rows));
await writeResult("pretrained-texts", {
  command: `pnpm --filter @graft-ml/benchmarks exec tsx pretrained-texts.ts${options.backbone === undefined ? "" : " --backbone DIR"}`,
  notes: [
    `${EXAMPLES} texts to learn from, drawn anew by each of ${SEEDS} seeds, the same for both; percent on all texts for the test: mean and standard deviation over the seeds.`,
    `Texts to draw from, for validation, for the test: ${sizes.join("; ")}.`,
    `Both: all layers and the head by \`bertRecipe\`, ${EPOCHS} epochs in batches of 16, 64 tokens at most, the mean of the tokens for a text. Each one's rate is its best on the texts for validation by another draw: ${tried.join("; ")}.`,
    `Backbone: ${encoder.name}.`,
  ],
  rows,
});
