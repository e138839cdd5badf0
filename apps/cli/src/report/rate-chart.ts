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
  const end = curve.at(-1)?.rate ?? rate;
  const ending =
    reason === "diverged"
      ? ` From ${precise(end)} on it takes off.`
      : ` It did not take off up to ${precise(end)}.`;
  const caption =
    chosen === "valley"
      ? `${phaseTitle(phase)}: ${precise(rate)} was taken, half way down the longest fall of the loss. It falls fastest at ${precise(suggestion?.steepest ?? rate)}.${ending}`
      : `${phaseTitle(phase)}: the loss fell at none of these rates, so the default was taken, ${precise(rate)}.`;
  const highest = Math.max(...curve.map(({ smoothed }) => smoothed), curve[0]?.loss ?? 1);
  return chart({
    label: `Loss of ${curve.length} batches of the ${phase} phase at rates from ${precise(curve[0]?.rate ?? rate)} to ${precise(end)}; ${precise(rate)} was taken`,
    caption,
    legend: [each, mean, taken],
    plot: () => ({
      height: 260,
      marginTop: 34,
      marginLeft: 44,
      marginBottom: 38,
      x: { type: "log", label: "rate", tickFormat: powerOfTen, ticks: 6 },
      y: { label: "loss", domain: [0, highest], grid: true, nice: true, clamp: true },
      marks: [
        dot(
          curve.filter(({ loss }) => loss <= highest),
          { x: "rate", y: "loss", r: 1.5, fill: each.color, title: told },
        ),
        lineY(curve, { x: "rate", y: "smoothed", stroke: mean.color, strokeWidth: 2 }),
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

/** 0.001 -> 1e-3; what lies between powers stays without letters. */
function powerOfTen(rate: number): string {
  const power = Math.log10(rate);
  return Math.abs(power - Math.round(power)) < 1e-6 ? `1e${Math.round(power)}` : "";
}
