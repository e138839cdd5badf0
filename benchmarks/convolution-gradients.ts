// Every formulation of the gradients of a convolution, by shape, on ONNX Runtime's CPU with two threads.
//   pnpm --filter @graft-ml/benchmarks exec tsx convolution-gradients.ts [WORDS OF A SHAPE]
import { emit } from "@graft-ml/compiler";
import { formulationGraph, formulationsOf, type GradientOf } from "@graft-ml/compiler/formulations";
import { convolutionCases, type NamedCase } from "./convolution-cases.js";
import { markdownTable, type Row, writeResult } from "./lib/report.js";
import { type Candidate, loadNote, timeModels } from "./lib/time-models.js";

const ROUNDS = 5;
const target = "native";

async function measure(of: GradientOf, { name, conv }: NamedCase): Promise<Row[]> {
  const { chosen, possible } = formulationsOf(of, conv);
  const candidates = possible.map((formulation): Candidate => {
    const graph = formulationGraph(of, formulation, conv, target);
    const inputs = graph.inputs.map((input) => ({
      name: input.name,
      shape: input.shape as readonly number[],
    }));
    return { name: formulation.name, inputs, ...emit(graph, { target }) };
  });
  const timings = await timeModels(candidates, ROUNDS);
  const fastest = Math.min(...timings.map(({ median }) => median));
  return timings.map((timing) => ({
    shape: name,
    "gradient of": of,
    formulation: timing.name,
    chosen: timing.name === chosen.name ? "chosen" : "",
    "median, ms": timing.median.toFixed(2),
    "best, ms": timing.best.toFixed(2),
    "to the fastest": (timing.median / fastest).toFixed(2),
  }));
}

const words = process.argv.slice(2).join(" ");
const rows: Row[] = [];
for (const entry of convolutionCases) {
  if (!entry.name.includes(words)) continue;
  // Nobody asks for the gradient of the picture.
  const gradients: GradientOf[] = entry.conv.x[3] === 3 ? ["filter"] : ["input", "filter"];
  for (const of of gradients) {
    const measured = await measure(of, entry);
    console.log(markdownTable(measured));
    rows.push(...measured);
  }
}
if (words === "") {
  const chosen = rows.filter((row) => row.chosen === "chosen");
  const near = chosen.filter((row) => Number(row["to the fastest"]) <= 1.15).length;
  await writeResult("convolution-gradients", {
    command: "pnpm --filter @graft-ml/benchmarks exec tsx convolution-gradients.ts",
    notes: [
      `Medians and bests of ${ROUNDS} rounds in which the formulations of one shape take turns; two threads, no spinning.`,
      "Maps arrive and leave as NCHW, filters as OIHW: transposes are part of the time.",
      `Of ${chosen.length} choices, ${near} are within 15 % of the fastest of this run; at single digits of milliseconds, noise decides.`,
      loadNote(),
    ],
    rows,
  });
}
