// Our side of extract-vgg.ts. Arguments: FEATURES BATCH, "flatten" (the convolutions alone) or "fc2".
import {
  type Batch,
  createModel,
  createPass,
  initWeights,
  type Program,
  runStages,
  withoutTop,
} from "@graft-ml/core";
import { acquire } from "@graft-ml/gpu-backend";
import { serveCase } from "../lib/serve-case.js";

const [features = "flatten", batchSize = "8"] = process.argv.slice(2);
const size = Number(batchSize);

const whole = createModel("vgg16");
const model = features === "flatten" ? withoutTop(whole, { pooling: "flatten-nhwc" }) : whole;
const program: Program = {
  key: "benchmark/extract-vgg",
  config: { features },
  run({ params, batch, random }) {
    const pass = createPass({ training: false, random, buffers: {} });
    return { outputs: { features: runStages(model, params, batch.x!, pass, { to: features }) } };
  },
};

const engine = await acquire({ device: "native", threads: 2 });
const session = await engine.open({
  weights: initWeights(model, { seed: 1 }),
  groups: () => ({ rate: 0, decay: 0, frozen: true }),
});
const data = Float32Array.from({ length: size * 224 * 224 * 3 }, (_, i) => Math.sin(i * 0.37));
const batch: Batch = { x: { dtype: "float32", shape: [size, 224, 224, 3], data } };

await serveCase(() => session.run(program, batch));
await engine.close();
