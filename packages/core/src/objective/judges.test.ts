import "@tensorflow/tfjs-backend-cpu";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { arraySource } from "../data/array-source.js";
import { evaluationBatches } from "../data/evaluation.js";
import { createEagerEngine } from "../engine/eager.js";
import type { Batch, Engine } from "../engine.js";
import type { Program } from "../program.js";
import { formulaValues } from "../testing/formula.js";
import { readGolden } from "../testing/golden.js";
import { type Judge, judged, type Verdict } from "../train/judge.js";
import { multiLabelJudge } from "./multi-label.js";
import { regressionJudge } from "./regression.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEagerEngine({ backend: "cpu" });
});
afterAll(() => engine.close());

const golden = readGolden<{
  scores: number[];
  targets: number[];
  truth: number[];
  weight: number[];
  weighted: {
    multiLabel: Record<"meanAveragePrecision" | "microF1" | "macroF1" | "exactMatch", number>;
    regression: Record<"mae" | "rmse" | "r2", number>;
  };
}>(import.meta.url, "../metrics/golden/reports.json");

const float = (width: number, values: ArrayLike<number>): Batch[string] => ({
  dtype: "float32",
  shape: [values.length / width, width],
  data: Float32Array.from(values),
});

/** The logits are the batch's own. */
const given: Program = {
  key: "given",
  config: null,
  run: ({ batch }) => ({ outputs: { logits: batch.given! } }),
};

async function verdictOf(judge: Judge, fields: Batch, batchSize: number) {
  const session = await engine.open({ weights: {} });
  try {
    const batches = evaluationBatches(arraySource(fields), { batchSize });
    const judging = judged({ session, program: given, batches, judge });
    for (;;) {
      const { done, value } = await judging.next();
      if (done) return value;
    }
  } finally {
    await session.close();
  }
}

const close = (values: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, expect.closeTo(value, 5)]));

describe.each([50, 7])("over the whole set, in batches of %d", (batchSize) => {
  const weight: Batch[string] = {
    dtype: "float32",
    shape: [50],
    data: Float32Array.from(golden.weight),
  };

  test("labels are judged as scikit-learn does", async () => {
    const logits = golden.scores.map((p) => Math.log(p / (1 - p)));
    const capped = logits.map((value) => Math.max(-30, Math.min(30, value)));
    const fields = { given: float(4, capped), targets: float(4, golden.targets), weight };
    const judge = multiLabelJudge({ thresholds: 0.5 - 1e-6 });
    const { metrics, count } = await verdictOf(judge, fields, batchSize);
    const { meanAveragePrecision, microF1, macroF1, exactMatch } = golden.weighted.multiLabel;
    const expected = { meanAveragePrecision, microF1, macroF1, exactMatch };
    expect(metrics).toMatchObject(close(expected));
    expect(count).toBe(golden.weight.filter((each) => each > 0).length);
  });

  test("numbers are judged as scikit-learn does, in their own unit", async () => {
    const predictions = formulaValues("predictions", golden.truth.length, -2, 2);
    const scale = { mean: [3, -1], std: [2, 0.5] };
    const fields = { targets: float(2, golden.truth), weight };
    const plain = { ...fields, given: float(2, predictions) };
    const standard = Array.from(
      predictions,
      (v, i) => (v - scale.mean[i % 2]!) / scale.std[i % 2]!,
    );
    const learned = { ...fields, given: float(2, standard) };
    const one = await verdictOf(regressionJudge(scale), plain, batchSize);
    const other = await verdictOf(
      regressionJudge({ ...scale, standardised: true }),
      learned,
      batchSize,
    );
    expect(one.metrics).toMatchObject(close(golden.weighted.regression));
    expect(other.metrics).toEqual(close(one.metrics));
  });
});

test("what is undefined is left out, and what is not finite is an error", async () => {
  const judge: Judge<Verdict> = multiLabelJudge();
  const never = { given: float(2, [1, 1]), targets: float(2, [0, 0]) };
  const { metrics } = await verdictOf(judge, never, 1);
  expect(Object.keys(metrics)).toEqual(["loss", "microF1", "macroF1", "exactMatch"]);
  const lost = { given: float(1, [Number.NaN]), targets: float(1, [0]) };
  await expect(verdictOf(multiLabelJudge(), lost, 1)).rejects.toThrow(/logits that are not finite/);
  const wide = { given: float(2, [1, 1]), targets: float(1, [0]) };
  await expect(verdictOf(multiLabelJudge(), wide, 1)).rejects.toThrow(/Pass a target for each/);
});
