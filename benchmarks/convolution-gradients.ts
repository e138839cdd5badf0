// Every formulation of the gradients of a convolution, by shape, on ONNX Runtime's CPU with two threads.
//   pnpm --filter @graft-ml/benchmarks exec tsx convolution-gradients.ts [WORDS OF A SHAPE]
import type { Wanted } from "@graft-ml/compiler/formulations";
import { convolutionCases } from "./convolution-cases.js";
import { markdownTable, type Row, writeResult } from "./lib/report.js";
import { ROUNDS, timeFormulations } from "./lib/time-formulations.js";
import { loadNote } from "./lib/time-models.js";

const words = process.argv.slice(2).join(" ");
const rows: Row[] = [];
for (const entry of convolutionCases) {
  if (!entry.name.includes(words)) continue;
  // Nobody asks for the gradient of the picture.
  const gradients: Wanted[] = entry.conv.x[3] === 3 ? ["filter"] : ["input", "filter"];
  for (const of of gradients) {
    const measured = await timeFormulations(of, entry, "native");
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
