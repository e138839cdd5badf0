import { uniformValues } from "@graft-ml/core";
import { adapt, clustersOf, headLogits, type Matrix } from "@graft-ml/domain-adapt";
import { expect, test } from "vitest";
import { scoreNetwork } from "./score-network.js";

const [ROWS, COLUMNS, CLASSES] = [48, 6, 3];
const labels = Array.from({ length: ROWS }, (_, row) => row % CLASSES);

/** Three clouds, moved apart from the other domain's. */
function domain(seed: number, moved: number): Matrix {
  const noise = uniformValues({ seed, site: "noise" }, ROWS * COLUMNS);
  const data = Float64Array.from(noise, (value, at) => {
    const [row, column] = [Math.floor(at / COLUMNS), at % COLUMNS];
    return value + (column === row % CLASSES ? 1.2 : 0) + moved * column;
  });
  return { rows: ROWS, columns: COLUMNS, data };
}

const [source, target] = [domain(1, 0), domain(2, 0.15)];
const lesson = { source, target, labels, numClasses: CLASSES, seed: 3, strength: 0.1 };
const clusters = clustersOf(lesson);

test("the scores of features and logits are those of the head that gives them", async () => {
  const adapting = adapt({ ...lesson, methods: [] });
  for await (const _ of adapting);
  const { head, candidates: rows } = adapting.result();
  const of = (features: Matrix) => ({ features, logits: headLogits(features, head) });
  const outputs = { source: of(source), target: of(target) };
  const scores = scoreNetwork(outputs, { labels, clusters });
  const close = Object.entries(rows[0]!.scores).map(([name, score]) => [
    name,
    expect.closeTo(score, 9),
  ]);
  expect(scores).toEqual(Object.fromEntries(close));
});
