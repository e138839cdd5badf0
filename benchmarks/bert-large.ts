// BERT-large takes training steps: 24 layers of 1024, more than one memory of 4 GiB for weights and their state.
//   pnpm --filter @graft-ml/benchmarks exec tsx bert-large.ts [--batch 2] [--length 64] [--steps 3]
import { parseArgs } from "node:util";
import {
  adamw,
  type Batch,
  createBert,
  defaultDecay,
  initWeights,
  taskProgram,
} from "@graft-ml/core";
import { acquire } from "@graft-ml/gpu-backend";
import { textTask } from "@graft-ml/nlp";
import { markdownTable, type Row, writeResult } from "./lib/report.js";
import { loadNote } from "./lib/time-models.js";

const { values: options } = parseArgs({
  options: {
    batch: { type: "string", default: "2" },
    length: { type: "string", default: "64" },
    steps: { type: "string", default: "3" },
  },
});
const shape = [Number(options.batch), Number(options.length)] as const;

const mebibytes = (bytes: number) => Math.round(bytes / 2 ** 20);
const peak = () => mebibytes(process.resourceUsage().maxRSS * 1024);

const model = createBert("bert_large", { numClasses: 2 });
const engine = await acquire({ device: "native", threads: 2 });
const session = await engine.open({
  weights: initWeights(model, { seed: 1 }),
  optimizer: adamw({ learningRate: 1e-5 }),
  groups: (weight, size) => ({ rate: 1, decay: defaultDecay(weight, size), frozen: false }),
});
const program = taskProgram({ task: textTask(), model });
const rows: Row[] = [];
for (let step = 1; step <= Number(options.steps); step++) {
  const start = performance.now();
  const { loss, gradNorm } = await session.step(program, textsOf());
  rows.push({
    step,
    loss: loss.toFixed(4),
    "gradient norm": gradNorm.toFixed(3),
    seconds: ((performance.now() - start) / 1000).toFixed(1),
    "peak, MiB": peak(),
  });
  console.log(JSON.stringify(rows.at(-1)));
}
const { parameterBytes } = session.memory();
await engine.close();
console.log(markdownTable(rows));
await writeResult("bert-large", {
  command: `pnpm --filter @graft-ml/benchmarks exec tsx bert-large.ts --batch ${shape[0]} --length ${shape[1]} --steps ${options.steps}`,
  notes: [
    `BERT-large (24 layers of 1024, 16 heads, random weights) with a classifier of two classes, everything learning with AdamW and dropout 0.1, on ${shape[0]} texts of ${shape[1]} tokens that stay the same.`,
    `Weights, gradients and AdamW's state: ${mebibytes(parameterBytes)} MiB, where one memory holds 4096 at most. The first step compiles. The peak is the process's largest resident set, opening included.`,
    loadNote(),
  ],
  rows,
});

function textsOf(): Batch {
  const field = (valueAt: (place: number) => number): Batch[string] => ({
    dtype: "int32",
    shape,
    data: Int32Array.from({ length: shape[0] * shape[1] }, (_, place) => valueAt(place)),
  });
  const labels = Int32Array.from({ length: shape[0] }, (_, index) => index % 2);
  return {
    input_ids: field((place) => (place * 7919) % 30522),
    attention_mask: field(() => 1),
    token_type_ids: field(() => 0),
    labels: { dtype: "int32", shape: [shape[0]], data: labels },
  };
}
