import "@tensorflow/tfjs-backend-cpu";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createBert, createPass, hostRandom, initWeights, runStages } from "@graft-ml/core";
import type * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { compileDynamic } from "./compile-dynamic.js";
import { integers, runModel } from "./testing/onnxruntime.js";
import type { InputSpec, TracedFunction } from "./trace.js";
import type { Sizes } from "./unify/expression.js";
import { type HostArrays, verify } from "./verify.js";

const VOCABULARY = 50;
const model = createBert("bert_tiny", { vocabSize: VOCABULARY, numClasses: 3 });
const weights = initWeights(model, { seed: 1 });

const texts = ({ batch = 1, length = 4 }: Sizes): Record<string, InputSpec> => ({
  input_ids: { type: "int32", shape: [batch, length] },
  attention_mask: { type: "int32", shape: [batch, length] },
  token_type_ids: { type: "int32", shape: [batch, length] },
  ...Object.fromEntries(
    Object.entries(weights).map(([name, { shape, data }]): [string, InputSpec] => [
      name,
      { type: "float32", shape, data },
    ]),
  ),
});

const forward: TracedFunction = ({ input_ids: ids, attention_mask, token_type_ids, ...params }) => {
  const pass = createPass({
    training: false,
    random: hostRandom({ seed: 0 }),
    buffers: {},
    inputs: {
      attention_mask: attention_mask as tf.Tensor,
      token_type_ids: token_type_ids as tf.Tensor,
    },
  });
  return { logits: runStages(model, params, ids as tf.Tensor, pass) };
};

const compiled = compileDynamic(forward, texts, { sizes: { batch: [5, 7], length: [17, 23] } });

const fieldsOf = (sizes: Sizes): HostArrays => {
  const [batch = 1, length = 4] = [sizes.batch, sizes.length];
  const shape = [batch, length];
  return {
    input_ids: integers(shape, 0, VOCABULARY, 3),
    attention_mask: {
      type: "int32",
      shape,
      data: Int32Array.from({ length: batch * length }, (_, place) =>
        place % length < 1 + (place % 5) ? 1 : 0,
      ),
    },
    token_type_ids: integers(shape, 0, 2, 4),
  };
};

test.each([
  { batch: 1, length: 1 },
  { batch: 3, length: 8 },
  { batch: 2, length: 40 },
])("one portable BERT-tiny serves texts of all sizes: %j", async (sizes) => {
  const constants = Object.entries(weights).map(([name, { shape, data }]) => [
    name,
    { type: "float32", shape, data },
  ]);
  const fields = fieldsOf(sizes);
  const inputs = { ...fields, ...Object.fromEntries(constants) } as HostArrays;
  const own = (feeds: HostArrays) =>
    Object.fromEntries(Object.keys(fields).map((name) => [name, feeds[name]])) as HostArrays;
  const run = (_: unknown, feeds: HostArrays) => runModel(compiled, own(feeds));
  const { worst } = await verify(forward, inputs, { run, target: "portable" });
  expect(worst.relative).toBeLessThan(1e-5);
});

test("its inputs and outputs say their sizes by name, in int64", () => {
  const { inputs, outputs } = compiled.graph;
  expect(inputs.map(({ name, type, shape }) => `${name}: ${type}[${shape}]`)).toEqual([
    "input_ids: int64[batch,length]",
    "attention_mask: int64[batch,length]",
    "token_type_ids: int64[batch,length]",
  ]);
  expect(outputs.map(({ shape }) => shape)).toEqual([["batch", 3]]);
});

const python = "/usr/bin/python3";
const hasChecker = spawnSync(python, ["-c", "import onnx"]).status === 0;

test.skipIf(!hasChecker)(
  `it passes the official checker${hasChecker ? "" : " (skipped: python3-onnx is not installed)"}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), "graft-bert-"));
    try {
      const file = join(folder, "bert.onnx");
      writeFileSync(file, compiled.model);
      const check = [
        "import onnx, sys",
        "model = onnx.load(sys.argv[1])",
        "onnx.checker.check_model(model, full_check=True)",
        "print(model.ir_version, model.opset_import[0].version, len(model.opset_import))",
      ].join("\n");
      expect(execFileSync(python, ["-c", check, file], { encoding: "utf8" }).trim()).toBe("8 17 1");
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
