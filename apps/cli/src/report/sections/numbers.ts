import { binX, dot, link, rectY, ruleX } from "@observablehq/plot";
import { isNumbers, type NumbersScored } from "../../run/predictions.js";
import { threeDigits } from "../../task/metrics.js";
import { nounOf } from "../../task/noun.js";
import { chart } from "../chart.js";
import { html, type Markup, named } from "../html.js";
import { many } from "../numbers.js";
import type { ReportData } from "../report-data.js";
import type { Section } from "../section.js";

/** So many numbers get charts of their own. */
const MOST = 8;
/** More dots than this are a blot. */
const MOST_DOTS = 1500;

type Pair = { readonly truth: number; readonly value: number; readonly name: string };

/** How far predicted numbers are from true ones. */
export function numbersSection({ scored, config }: ReportData): Section | undefined {
  if (!scored || !isNumbers(scored)) return undefined;
  const { classes } = config;
  const shown = classes.slice(0, MOST);
  const more =
    classes.length > MOST && html` The first ${MOST} of ${classes.length} numbers are shown.`;
  return {
    id: "numbers",
    title: "Predicted and true",
    body: html`<p>Each dot is one of ${many(scored.predictions.length, `${scored.on} ${nounOf(scored.task)}`)}; on the line it is told exactly. Errors are what was predicted less what is true.${more}</p>
${shown.map((name, at) => oneNumber(name, pairsOf(scored, at), nounOf(scored.task)))}`,
  };
}

const pairsOf = ({ predictions }: NumbersScored, at: number): readonly Pair[] =>
  predictions.map(({ name, truth, values }) => ({
    name,
    truth: truth[at]!,
    value: values[at]!,
  }));

function oneNumber(name: string, pairs: readonly Pair[], noun: string): Markup {
  const errors = pairs.map(({ truth, value }) => value - truth);
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const off = threeDigits(mean(errors.map(Math.abs)));
  const bias = threeDigits(mean(errors));
  return html`<h3>${named(name)}</h3>
<div class="charts">${scatter(name, pairs, off)}${histogram(errors, { name, bias, noun })}</div>`;
}

const frame = { height: 320, marginTop: 30, marginLeft: 52, marginBottom: 38 } as const;

function scatter(name: string, pairs: readonly Pair[], off: string): Markup {
  const every = Math.ceil(pairs.length / MOST_DOTS);
  const shown = pairs.filter((_, i) => i % every === 0);
  const all = pairs.flatMap(({ truth, value }) => [truth, value]);
  const [low, high] = [
    all.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    all.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
  ];
  return chart({
    label: `Predicted ${name} by true ${name}; mean absolute error ${off}`,
    caption: html`Off by ${off} on average.`,
    plot: () => ({
      ...frame,
      x: { label: "true", grid: true, nice: true, domain: [low, high] },
      y: { label: "predicted", grid: true, nice: true, domain: [low, high] },
      marks: [
        link([0], {
          x1: low,
          y1: low,
          x2: high,
          y2: high,
          stroke: "var(--muted)",
          strokeDasharray: "4 4",
        }),
        dot(shown, {
          x: "truth",
          y: "value",
          r: shown.length > 300 ? 2 : 3.5,
          fill: "var(--series-1)",
          fillOpacity: 0.6,
          title: ({ name, truth, value }: Pair) =>
            `${name}: ${threeDigits(value)}, is ${threeDigits(truth)}`,
        }),
      ],
    }),
  });
}

function histogram(
  errors: readonly number[],
  { name, bias, noun }: { name: string; bias: string; noun: string },
): Markup {
  return chart({
    label: `How many ${noun}s have which error of ${name}`,
    caption: html`The mean error is ${bias}: far from 0, it errs to one side.`,
    plot: () => ({
      ...frame,
      x: { label: "error", nice: true },
      y: { label: `${noun}s`, grid: true, zero: true },
      marks: [
        rectY(
          errors.map((error) => ({ error })),
          {
            ...binX({ y: "count" }, { x: "error", thresholds: 20 }),
            fill: "var(--series-1)",
            inset: 1,
          },
        ),
        ruleX([0], { stroke: "var(--muted)" }),
      ],
    }),
  });
}
