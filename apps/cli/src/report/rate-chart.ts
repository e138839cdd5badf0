import { dot, lineY, ruleX, text } from "@observablehq/plot";
import type { KeptRate } from "../run/rates-file.js";
import { chart } from "./chart.js";
import type { Markup } from "./html.js";
import { precise } from "./numbers.js";
import { phaseTitle } from "./phases.js";

const each = { name: "a batch", color: "var(--muted)" };
const mean = { name: "running mean", color: "var(--series-1)" };
const taken = { name: "taken", color: "var(--series-2)" };

/** The loss of a range test against the rate, on an axis of powers of ten, with the rate that was taken. */
export function rateChart({ phase, rate, chosen, reason, suggestion, curve }: KeptRate): Markup {
  const rates = curve.map((one) => one.rate);
  const end = rates.at(-1) ?? rate;
  const lowest = lowestPlace(curve);
  const ending =
    reason === "diverged"
      ? ` Past ${precise(rates[lowest] ?? end)} it takes off.`
      : ` It did not take off up to ${precise(end)}.`;
  const caption =
    chosen === "valley"
      ? `${phaseTitle(phase)}: ${precise(rate)} was taken, half way down the longest fall of the loss. It falls fastest at ${precise(suggestion?.steepest ?? rate)}.${ending}`
      : `${phaseTitle(phase)}: the loss fell at none of these rates, so the default was taken, ${precise(rate)}.`;
  // What comes after the lowest point rises out of the picture: the fall is what matters.
  const highest = 1.3 * Math.max(...curve.slice(0, lowest + 1).map(({ smoothed }) => smoothed));
  return chart({
    label: `Loss of ${curve.length} batches of the ${phase} phase at rates from ${precise(rates[0] ?? rate)} to ${precise(end)}; ${precise(rate)} was taken`,
    caption,
    legend: [each, mean, taken],
    plot: () => ({
      height: 260,
      marginTop: 34,
      marginLeft: 44,
      marginBottom: 38,
      x: { type: "log", label: "rate", ticks: powersBetween(rates), tickFormat: precise },
      y: { label: "loss", domain: [0, highest], grid: true },
      marks: [
        dot(
          curve.filter(({ loss }) => loss <= highest),
          { x: "rate", y: "loss", r: 1.5, fill: each.color, title: told },
        ),
        lineY(curve, { x: "rate", y: "smoothed", stroke: mean.color, strokeWidth: 2, clip: true }),
        ruleX([rate], { stroke: taken.color, strokeWidth: 2, strokeDasharray: "5 4" }),
        text([rate], {
          x: (value: number) => value,
          text: precise,
          frameAnchor: "top",
          dy: -14,
          fill: taken.color,
        }),
      ],
    }),
  });
}

const told = ({ rate, loss }: KeptRate["curve"][number]): string =>
  `rate ${precise(rate)}: loss ${precise(loss)}`;

const lowestPlace = (curve: KeptRate["curve"]): number =>
  curve.reduce((at, { smoothed }, i) => (smoothed < curve[at]!.smoothed ? i : at), 0);

/** 1e-7, 1e-6, ... as far as the rates go. */
function powersBetween(rates: readonly number[]): number[] {
  const first = Math.ceil(Math.log10(Math.min(...rates)) - 1e-6);
  const last = Math.floor(Math.log10(Math.max(...rates)) + 1e-6);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => Number(`1e${first + i}`));
}
