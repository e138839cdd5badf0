import { uniformValues } from "@graft-ml/core";
import { adapt, candidates, classesOf, headLogits, type Matrix } from "@graft-ml/domain-adapt";
import { expect, test } from "vitest";
import { chooseNetwork } from "./choose-network.js";
import { clustersOf } from "./clusters.js";
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
const classes = ["a", "b", "c"];
const clusters = clustersOf({ source, target }, { labels, classes });

test("networks are scored and chosen as heads on frozen features are", async () => {
  const adapting = adapt(lesson);
  for await (const _ of adapting);
  const expected = adapting.result();
  const judged = await Promise.all(
    candidates.map(async ({ adapt: fit }, at) => {
      const { head } = await fit(lesson);
      const { meanRank: _, wins: __, ...row } = expected.candidates[at]!;
      return { row, predicted: classesOf(target, head) };
    }),
  );
  const { best, why, rows } = chooseNetwork(judged, { clusters, seed: 3 });
  expect(rows[best]!.name).toBe(expected.chosen);
  expect(why).toBe(expected.why);
  expect(rows).toEqual(expected.candidates);
});

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

test("nothing beside the source alone is said so, and a worse network is not chosen", () => {
  const some = { information: 0.5, "nuclear norm": 0.5, density: 4, neighbours: 0.5, circular: 1 };
  const row = { name: "source only", seconds: 1, scores: some };
  const predicted = labels;
  const about = { clusters, seed: 0 };
  expect(chooseNetwork([{ row, predicted }], about)).toMatchObject({
    best: 0,
    why: "Nothing else was tried.",
  });
  const same = { row: { ...row, name: "dann" }, predicted: labels.map(() => 0) };
  expect(chooseNetwork([{ row, predicted }, same], about).best).toBe(0);
});
