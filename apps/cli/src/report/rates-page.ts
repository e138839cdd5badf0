import { basename } from "node:path";
import type { KeptRate } from "../run/rates-file.js";
import type { TrainOptions } from "../run/train-options.js";
import { version } from "../run/versions.js";
import { htmlDocument } from "./document.js";
import { html, named } from "./html.js";
import { precise } from "./numbers.js";
import { phaseName, phaseTitle } from "./phases.js";
import { rateChart } from "./rate-chart.js";
import { dataTable } from "./table.js";

/** The page of `graft lr-find`. */
export const ratesPage = (rates: readonly KeptRate[], options: TrainOptions): Promise<string> =>
  htmlDocument({
    brand: "Graft learning rates",
    name: basename(options.data),
    version,
    overview: html`<section id="overview" aria-label="Overview">
<p class="lead">${options.strategy} on ${named(options.backbone)}, batches of ${options.batchSize}. Updates were tried at a rate that grows from batch to batch; nothing of them stays.</p>
<dl class="tiles">${rates.map(tile)}</dl>
</section>`,
    sections: [
      {
        id: "rates",
        title: "Loss against rate",
        body: html`<div class="charts">${rates.map(rateChart)}</div>
${rates.map(points)}`,
      },
    ],
  });

const tile = ({ phase, rate, chosen }: KeptRate) =>
  html`<div class="tile"><dt>${phaseTitle(phase)}</dt><dd><b>${precise(rate)}</b><span>${chosen === "valley" ? "half way down the longest fall" : "the default: the loss never fell"}</span></dd></div>`;

const points = ({ phase, curve }: KeptRate) =>
  html`<details><summary>Rate by rate: ${phaseName(phase)}</summary>${dataTable(curve, {
    caption: `Losses of the ${phaseName(phase)} phase by rate`,
    columns: [
      { title: "rate", cell: ({ rate }) => precise(rate) },
      { title: "loss", cell: ({ loss }) => loss.toFixed(4), isNumber: true },
      { title: "running mean", cell: ({ smoothed }) => smoothed.toFixed(4), isNumber: true },
    ],
  })}</details>`;
