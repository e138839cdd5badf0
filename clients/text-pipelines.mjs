// Opens exported runs of texts in transformers.js, in Node and in headless Chromium, and compares what its
// pipelines say with what our trainer says: text-classification, token-classification, question-answering,
// fill-mask, and feature-extraction of any of them.
//   pnpm --filter @graft-ml/clients run text-pipelines RUN TEXTS [COUNT] [features]
// TEXTS holds a text a line; a tab parts a question from its text. Build first: npm run setup. Chromium is looked
// for in CHROMIUM and where Linux has it; without it that part is skipped.
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { answersInChromium, findChromium } from "./chromium.mjs";
import { answerOf, graft } from "./process.mjs";
import { inputOf, taskOf } from "./text-tasks.mjs";
import { isWhole, openTrained } from "./text-trainer.mjs";

const [given, file, count = "100", what] = process.argv.slice(2);
if (!given || !file) throw new Error("Give RUN and TEXTS.");
const run = resolve(given);
const asFeatures = what === "features";

/** Scores, and numbers of vectors that are 1 long, may differ by so much. */
const MOST = 1e-4;

function gapOf(expected, actual) {
  if (expected.length !== actual.length) return Number.POSITIVE_INFINITY;
  return Math.max(
    ...expected.map(([label, score], i) =>
      actual[i][0] === label ? Math.abs(actual[i][1] - score) : Number.POSITIVE_INFINITY,
    ),
  );
}

const inner = join(run, "model");
const trained = await openTrained(existsSync(join(inner, "config.json")) ? inner : run);
const task = taskOf(trained.config, asFeatures);
const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line.trim() !== "");
const all = lines.map((line) => inputOf(line, task));
const inputs = all.filter((input) => isWhole(trained, input)).slice(0, Number(count));
const told = await task.told({ run, trained, inputs });
const ours = told.map((one) => task.ours(one));
const largest = Math.max(...ours.flat().map(([, score]) => Math.abs(score)));

const clients = [
  {
    name: "Node",
    answers: (folder, asked) => answerOf("text-pipelines-node.mjs", { folder, ...asked }),
  },
];
const chromium = findChromium();
if (chromium) {
  clients.push({ name: "Chromium", answers: (...args) => answersInChromium(chromium, ...args) });
} else console.log("Chromium: skipped, there is none; apt-get install chromium, or set CHROMIUM");

const scratch = await mkdtemp(join(tmpdir(), "graft-clients-"));
try {
  const folder = join(scratch, "model");
  const options = asFeatures ? ["--features"] : [];
  await graft(["export", run, "--format", "transformers", "--out", folder, ...options]);
  for (const { name, answers } of clients) {
    const asked = { task: task.pipeline, inputs, options: task.options };
    const found = (await answers(folder, asked)).map((answer, i) => ({
      text: inputs[i].join(" | "),
      gap: gapOf(ours[i], task.theirs(answer, told[i])),
    }));
    const worst = Math.max(...found.map(({ gap }) => gap));
    console.log(
      `${name}, ${task.pipeline}: ${asFeatures ? "vectors" : "scores"} of ${found.length} texts differ by at most ${worst.toExponential(1)}, limit ${MOST}; the largest is ${largest.toFixed(3)}`,
    );
    for (const { text, gap } of found.filter((one) => !(one.gap <= MOST))) {
      console.log(`  ${gap.toExponential(1)} ${text}`);
      process.exitCode = 1;
    }
    if (found.length === 0) process.exitCode = 1;
  }
} finally {
  await rm(scratch, { recursive: true });
}
