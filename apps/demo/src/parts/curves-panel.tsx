import type { Curves } from "../state/progress.js";
import { curves, training } from "../state/training.js";
import { percent } from "../state/words.js";
import { CurvePlot } from "./curve-plot.js";
import { CurveTable } from "./curve-table.js";

/** How loss and accuracy went, epoch by epoch: drawn, and as a table. */
export function CurvesPanel() {
  const points = curves.value;
  if (points.length === 0) {
    return training.value === "idle" ? (
      <p class="card waiting">What it learns shows here, while it learns.</p>
    ) : null;
  }
  const both = points.some(({ of }) => of === "scratch");
  return (
    <section class="card curves" aria-labelledby="curves">
      <h2 id="curves">Epoch by epoch</h2>
      {both && <Legend />}
      <figure>
        <figcaption>
          Right answers on what it does not learn from <span class="hint">higher is better</span>
        </figcaption>
        <CurvePlot points={points} what="accuracy" label={said(points)} />
      </figure>
      <figure>
        <figcaption>
          Loss, how wrong it is while it learns <span class="hint">lower is better</span>
        </figcaption>
        <CurvePlot points={points} what="loss" label={saidOfLoss(points)} />
      </figure>
      <CurveTable points={points} />
    </section>
  );
}

const Legend = () => (
  <ul class="legend">
    <li class="of-transfer">with the head start</li>
    <li class="of-scratch">from scratch</li>
  </ul>
);

function said(points: Curves): string {
  const last = points.findLast(({ of, accuracy }) => of === "transfer" && accuracy !== undefined);
  return last?.accuracy === undefined
    ? "Accuracy by epoch; none is known yet."
    : `Accuracy by epoch; ${percent(last.accuracy)} after epoch ${last.epoch}.`;
}

function saidOfLoss(points: Curves): string {
  const mine = points.filter(({ of }) => of === "transfer");
  const [first] = mine;
  const last = mine.at(-1);
  return first && last
    ? `Loss by epoch; from ${first.loss.toFixed(2)} to ${last.loss.toFixed(2)} after epoch ${last.epoch}.`
    : "Loss by epoch; none is known yet.";
}
