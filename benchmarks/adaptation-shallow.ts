// Shallow domain adaptation on Office-Caltech's SURF features, beside a reference from the papers' equations and the published tables.
//   pnpm --filter @graft-ml/benchmarks exec tsx adaptation-shallow.ts [--pair C-A ...] [--method NAME ...] [--keep FILE]
import { parseArgs } from "node:util";
import { keeper } from "./lib/keep.js";
import { type DomainName, officeDomain, officePairs, publishedRows } from "./lib/office-caltech.js";
import { markdownTable, type Row, writeResult } from "./lib/report.js";
import { type Method, methods, type Outcome, type Pair } from "./lib/shallow-methods.js";
import { startReference, type Told } from "./lib/shallow-reference.js";

const { values: options } = parseArgs({
  options: {
    pair: { type: "string", multiple: true, default: officePairs },
    method: { type: "string", multiple: true, default: Object.keys(methods) },
    keep: { type: "string" },
  },
});
const isWhole =
  options.pair === officePairs && options.method.length === Object.keys(methods).length;

/** The published row that each stands beside. */
const beside: Readonly<Record<string, readonly string[]>> = {
  "1-NN": ["published_1NN"],
  "CORAL, 1-NN": ["reproduced_CORAL_then_1NN"],
  "CORAL, linear SVM (C 0.01)": ["published_CORAL", "reproduced_CORAL_SVM_C0.01"],
  "TCA (linear, 20), 1-NN": ["published_TCA", "reproduced_TCA_primal_dim20_1NN"],
};

type Score = {
  readonly ours: number;
  readonly reference: number;
  /** Largest absolute difference of what was made, over the largest number of it. */
  readonly difference: number | null;
  readonly seconds: number;
};

const kept = keeper<Score>(options.keep);
const reference = await startReference();
const published = await publishedRows();
const rows: Row[] = [];
for (const name of options.method) {
  const scores: Score[] = [];
  for (const pair of options.pair) scores.push(await score(name, pair));
  rows.push(
    row(
      name,
      "ours",
      scores.map(({ ours }) => ours),
      scores,
    ),
  );
  rows.push(
    row(
      name,
      "reference",
      scores.map((each) => each.reference),
      [],
    ),
  );
  for (const source of beside[name] ?? []) {
    const values = published.get(source)!;
    const shown = options.pair.map((pair) => values[officePairs.indexOf(pair)]!);
    rows.push(row(name, source, shown, []));
  }
}
await reference.stop();
console.log(markdownTable(rows));
if (isWhole) {
  await writeResult("adaptation-shallow", {
    command: "pnpm --filter @graft-ml/benchmarks exec tsx adaptation-shallow.ts",
    notes: [
      "Office-Caltech, 10 classes, SURF: each row over its sum, then z-scores of each domain. Percent of the target's rows; C, A, W, D: Caltech, Amazon, webcam, DSLR; source-target.",
      "`reference` is scripts/reference/shallow_adaptation.py (numpy, scipy, scikit-learn 1.2.1), written from the papers' equations, on the same rows. `difference` is the largest of all pairs between the aligned features (or the weights), over the largest of them; components are compared without their signs.",
      "Published rows are those of the data's table. The published CORAL row chose the SVM's C by cross-validation in the source (C 0.001 on C-W and C-D, 0.01 and above elsewhere) and used the kernel `Xs A Xs'` with the source's own features on one side; ours is a plain linear SVM on the aligned features at one fixed C.",
      "TCA works on rows of length 1 and 1-NN on components of length 1. Seconds: one run of our method over the 12 pairs, its classifier included.",
    ],
    rows,
  });
}

function score(name: string, pairName: string): Promise<Score> {
  return kept(`${name}/${pairName}`, async () => {
    const [from, to] = pairName.split("-") as [DomainName, DomainName];
    const [source, target] = [await officeDomain(from), await officeDomain(to)];
    const pair: Pair = {
      source: source.features,
      target: target.features,
      labels: source.labels,
      targetLabels: target.labels,
    };
    const method = methods[name]!;
    const start = performance.now();
    const outcome = await method.run(pair);
    const seconds = (performance.now() - start) / 1000;
    const told = await reference.tell(pair, method.ask(pair));
    const found: Score = {
      ours: accuracy(outcome.classes, target.labels),
      reference: accuracy(told.classes, target.labels),
      difference: difference(method, outcome, told),
      seconds,
    };
    console.error(JSON.stringify({ name, pair: pairName, ...found }));
    return found;
  });
}

function accuracy(classes: ArrayLike<number>, labels: Int32Array): number {
  return (100 * labels.filter((label, row) => label === classes[row]).length) / labels.length;
}

function difference({ isSigned }: Method, { made }: Outcome, { numbers }: Told): number | null {
  if (made.length === 0 || numbers.length === 0) return null;
  const value = isSigned === false ? Math.abs : (each: number) => each;
  const ours = made.flatMap((part) => Array.from(part));
  let [most, largest] = [0, 0];
  for (let at = 0; at < numbers.length; at++) {
    most = Math.max(most, Math.abs(value(ours[at]!) - value(numbers[at]!)));
    largest = Math.max(largest, Math.abs(numbers[at]!));
  }
  return most / largest;
}

function row(name: string, side: string, values: readonly number[], scores: readonly Score[]): Row {
  const differences = scores.flatMap((each) => each.difference ?? []);
  const byPair = options.pair.map((pair, at) => [pair, values[at]!.toFixed(1)]);
  return {
    method: name,
    side,
    ...Object.fromEntries(byPair),
    mean: (values.reduce((a, b) => a + b, 0) / values.length).toFixed(2),
    difference: differences.length > 0 ? Math.max(...differences).toExponential(1) : "",
    seconds:
      scores.length > 0 ? scores.reduce((sum, each) => sum + each.seconds, 0).toFixed(1) : "",
  };
}
