// Several labels a picture, and numbers, on hand signs and on pictures of several styles: `graft train` on derived CSVs, against guessing.
//   pnpm --filter @graft-ml/benchmarks exec tsx attributes.ts
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { multiLabelReport, regressionReport } from "@graft-ml/core";
import { sharedPath } from "@graft-ml/core/testing";
import { type Row, writeResult } from "./lib/report.js";

type Answered = {
  readonly path: string;
  readonly labels?: readonly string[];
  readonly value?: number;
};
type Metrics = Readonly<Record<string, number>>;

const images = sharedPath("data/images");
if (images === undefined) throw new Error("This benchmark needs ../shared/data/images.");

const list = async (folder: string) =>
  (await readdir(folder)).sort().map((name) => join(folder, name));

/** Hand signs of the digits: what kind of number each shows, and which. */
async function signs(): Promise<Answered[]> {
  const digits = Array.from({ length: 10 }, (_, digit) => digit);
  const all = digits.map(async (digit) => {
    const labels = [
      ...(digit % 2 === 1 ? ["odd"] : []),
      ...(digit > 4 ? ["more than 4"] : []),
      ...([2, 3, 5, 7].includes(digit) ? ["prime"] : []),
    ];
    const paths = await list(join(images!, "sign-language-digits", String(digit)));
    return paths.map((path) => ({ path, labels, value: digit }));
  });
  return (await Promise.all(all)).flat();
}

/** Things in four styles: both are labels. */
async function styles(): Promise<Answered[]> {
  const root = join(images!, "pacs-subset40");
  const all = ["art_painting", "cartoon", "photo", "sketch"].map(async (style) => {
    const kinds = (await readdir(join(root, style))).sort();
    const found = kinds.map(async (kind) =>
      (await list(join(root, style, kind))).map((path) => ({ path, labels: [kind, style] })),
    );
    return (await Promise.all(found)).flat();
  });
  return (await Promise.all(all)).flat();
}

const graft = async (...args: string[]): Promise<Metrics> => {
  const command = ["run", "--silent", "graft", "--", ...args, "--json"];
  const cwd = new URL("..", import.meta.url);
  const { stdout } = await promisify(execFile)("npm", command, { cwd, maxBuffer: 2 ** 28 });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}") as Metrics;
};

/** What is said without looking: how often each label holds, or the mean. */
function guessed(train: readonly Answered[], test: readonly Answered[]): Metrics {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  if (train[0]?.value !== undefined) {
    const middle = mean(train.map(({ value = 0 }) => value));
    const targets = test.map(({ value = 0 }) => value);
    return { ...regressionReport({ predictions: targets.map(() => middle), targets }) };
  }
  const names = [...new Set(train.flatMap(({ labels = [] }) => labels))].sort();
  const holds = ({ labels = [] }: Answered) => names.map((name) => Number(labels.includes(name)));
  const shares = names.map((_, i) => mean(train.map((one) => holds(one)[i]!)));
  const scores = test.flatMap(() => shares);
  const report = multiLabelReport({
    scores,
    targets: test.flatMap(holds),
    numLabels: names.length,
  });
  const { meanAveragePrecision, macroF1, exactMatch } = report;
  return { meanAveragePrecision, macroF1, exactMatch };
}

const shown = ({ meanAveragePrecision, macroF1, exactMatch, mae, rmse, r2 }: Metrics): Row =>
  Object.fromEntries(
    Object.entries({ meanAveragePrecision, macroF1, exactMatch, mae, rmse, r2 }).map(
      ([name, value]) => [name, value === undefined ? "" : value.toFixed(3)],
    ),
  );

const folder = await mkdtemp(join(tmpdir(), "graft-attributes-"));
const rows: Row[] = [];
const plain = ({ path, labels = [] }: Answered): Answered => ({ path, labels });
const number = ({ path, value = 0 }: Answered): Answered => ({ path, value });
const sets: readonly (readonly [string, readonly Answered[]])[] = [
  ["signs: odd, more than 4, prime", (await signs()).map(plain)],
  ["pictures: thing and style", await styles()],
  ["signs: the number", (await signs()).map(number)],
];
const ways = [
  ["--strategy", "probe"],
  ["--strategy", "finetune", "--cut", "layer3", "--epochs", "15", "--views", "4"],
];
try {
  for (const [index, [name, all]] of sets.entries()) {
    const part = (isTest: boolean) => all.filter((_, i) => (i % 5 === 0) === isTest);
    const write = async (isTest: boolean) => {
      const lines = part(isTest).map(
        ({ path, labels, value }) => `"${path}",${value ?? labels?.join("|")}`,
      );
      const file = join(folder, `${index}-${isTest ? "test" : "train"}.csv`);
      const header = all[0]?.value === undefined ? "path,labels" : "path,value";
      await writeFile(file, [header, ...lines, ""].join("\n"));
      return file;
    };
    const [train, test] = [await write(false), await write(true)];
    rows.push({ set: name, way: "guessing", ...shown(guessed(part(false), part(true))) });
    for (const [at, way] of ways.entries()) {
      const run = join(folder, `${index}-${at}`);
      await graft("train", train, "--out", run, "--patience", "8", ...way);
      const measured = await graft("eval", run, test);
      rows.push({ set: name, way: way.join(" "), ...shown(measured) });
      console.error(rows.at(-1));
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
await writeResult("attributes", {
  command: "pnpm --filter @graft-ml/benchmarks exec tsx attributes.ts",
  notes: [
    "Every fifth picture is held out; thresholds and the epoch are chosen on a fifth of the others.",
    "Guessing says how often each label holds in the training pictures, or their mean.",
  ],
  rows,
});
