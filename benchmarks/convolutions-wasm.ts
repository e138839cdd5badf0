// Every formulation of a convolution and its gradients, by shape, on ONNX Runtime's WebAssembly with one thread.
//   pnpm --filter @graft-ml/benchmarks exec tsx convolutions-wasm.ts [--native] [WORDS OF A SHAPE]
// --native: on onnxruntime-node with two threads, to look at; nothing is written.
import { parseArgs } from "node:util";
import type { Wanted } from "@graft-ml/compiler/formulations";
import { tabCases } from "./convolution-cases.js";
import { markdownTable, type Row, writeResult } from "./lib/report.js";
import { ROUNDS, timeFormulations } from "./lib/time-formulations.js";
import { loadNote } from "./lib/time-models.js";

const { values: options, positionals } = parseArgs({
  options: { native: { type: "boolean", default: false } },
  allowPositionals: true,
});
const words = positionals.join(" ");
const target = options.native ? "native" : "wasm";
const rows: Row[] = [];
for (const entry of tabCases) {
  if (!entry.name.includes(words)) continue;
  // Nobody asks for the gradient of the picture.
  const all: Wanted[] =
    entry.conv.x[3] === 3 ? ["output", "filter"] : ["output", "input", "filter"];
  for (const of of all) {
    const measured = await timeFormulations(of, entry, target);
    console.log(markdownTable(measured));
    rows.push(...measured);
  }
}
if (words === "" && target === "wasm") {
  await writeResult("convolutions-wasm", {
    command: "pnpm --filter @graft-ml/benchmarks exec tsx convolutions-wasm.ts",
    notes: [
      `Medians and bests of ${ROUNDS} rounds in which the formulations of one shape take turns; onnxruntime-web in Node, one thread.`,
      "Maps arrive and leave as NCHW, filters as OIHW: transposes are part of the time.",
      loadNote(),
    ],
    rows,
  });
}
