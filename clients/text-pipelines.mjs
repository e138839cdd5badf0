// Opens exported runs of texts in transformers.js, in Node and in headless Chromium, and compares what its
// pipelines say with what the command says.
//   pnpm --filter @graft-ml/clients run text-pipelines RUN TEXTS [COUNT]
// TEXTS holds a text a line. Build first: npm run setup. Chromium is looked for in CHROMIUM and where Linux has
// it; without it that part is skipped.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { answersInChromium, findChromium } from "./chromium.mjs";

const here = import.meta.dirname;
const [run, file, count = "100"] = process.argv.slice(2);
if (!run || !file) throw new Error("Give RUN and TEXTS.");

/** Scores may differ by so much. */
const MOST = 1e-4;

function output(command, args, input = "") {
  return new Promise((done, reject) => {
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
    });
    child.on("close", (code) =>
      code === 0
        ? done(text)
        : reject(new Error(`${command} ${args.join(" ")} ended with ${code}`)),
    );
    child.stdin.end(input);
  });
}

const graft = (args, input) =>
  output(process.execPath, [join(here, "../apps/cli/dist/bin.js"), ...args, "--json"], input);

/** How each task is asked there, and the scores of an answer here and there, in one order. */
const tasks = {
  text: {
    pipeline: "text-classification",
    options: { topk: 0 },
    ours: ({ top, label, score }) => byLabel(top ?? [{ label, score }]),
    theirs: (answer) => byLabel(answer),
  },
  tokens: {
    pipeline: "token-classification",
    options: { ignore_labels: [] },
    ours: ({ words }) =>
      words.map(({ text, tag, score }) => [`${text.toLowerCase()} ${tag}`, score]),
    theirs: (answer, { words }) => firstPieces(answer, words),
  },
};

const byLabel = (scores) =>
  scores.map(({ label, score }) => [label, score]).sort(([a], [b]) => (a < b ? -1 : 1));

/** What the first piece of each word was told, as the command reads words. */
function firstPieces(pieces, words) {
  let at = 0;
  return words.map(({ text }) => {
    const { entity, score } = pieces[at] ?? {};
    let read = "";
    while (at < pieces.length && read.length < text.length) {
      read += pieces[at].word.replace(/^##/, "");
      at++;
    }
    return [`${read} ${entity}`, score];
  });
}

function gapOf(expected, actual) {
  if (expected.length !== actual.length) return Number.POSITIVE_INFINITY;
  return Math.max(
    ...expected.map(([label, score], i) =>
      actual[i][0] === label ? Math.abs(actual[i][1] - score) : Number.POSITIVE_INFINITY,
    ),
  );
}

const texts = (await readFile(file, "utf8"))
  .split("\n")
  .filter((line) => line.trim() !== "")
  .slice(0, Number(count));
const told = (await graft(["predict", resolve(run), "--top", "1000"], `${texts.join("\n")}\n`))
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line))
  .filter(({ type }) => type === "prediction");
const task = tasks[told[0].words ? "tokens" : "text"];

const clients = [
  {
    name: "Node",
    answers: async (folder, asked) =>
      JSON.parse(
        await output(
          process.execPath,
          [join(here, "text-pipelines-node.mjs")],
          JSON.stringify({ folder, ...asked }),
        ),
      ),
  },
];
const chromium = findChromium();
if (chromium) {
  clients.push({ name: "Chromium", answers: (...args) => answersInChromium(chromium, ...args) });
} else console.log("Chromium: skipped, there is none; apt-get install chromium, or set CHROMIUM");

const scratch = await mkdtemp(join(tmpdir(), "graft-clients-"));
try {
  const folder = join(scratch, "model");
  await graft(["export", resolve(run), "--format", "transformers", "--out", folder]);
  for (const { name, answers } of clients) {
    const asked = { task: task.pipeline, texts, options: task.options };
    const found = (await answers(folder, asked)).map((answer, i) => ({
      text: texts[i],
      gap: gapOf(task.ours(told[i]), task.theirs(answer, told[i])),
    }));
    const worst = Math.max(...found.map(({ gap }) => gap));
    console.log(
      `${name}, ${task.pipeline}: scores of ${found.length} texts differ by at most ${worst.toExponential(1)}, limit ${MOST}`,
    );
    for (const { text, gap } of found.filter((one) => !(one.gap <= MOST))) {
      console.log(`  ${gap.toExponential(1)} ${text}`);
      process.exitCode = 1;
    }
  }
} finally {
  await rm(scratch, { recursive: true });
}
