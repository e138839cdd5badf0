import { dot } from "@observablehq/plot";
import type { Plane, PlanePoint } from "../../adapt/principal-plane.js";
import { chart } from "../chart.js";
import { html, type Markup } from "../html.js";
import { many, share } from "../numbers.js";
import type { Section } from "../section.js";
import type { AdaptationReport } from "./adaptation-report.js";

/** Classes that have a colour of their own; the page's variables are named --class-1 and so on. */
const COLOURS = 8;
const target = { name: "target", color: "var(--ink)" };
const others = "var(--muted)";

/** Both domains in two dimensions: the source by its classes, the target as it is. */
export function planeSection(report: AdaptationReport): Section {
  const { record, planes, noun } = report;
  const after = planes.after;
  const more = after
    ? html` First as the backbone saw them before, then as the network of ${record.chosen} does.`
    : html` The backbone stays as it is, so that this is what every candidate has to do with.`;
  return {
    id: "plane",
    title: "Both domains",
    body: html`<p>Each mark is a ${noun}, in the plane in which the features of both domains together spread the most (their first two principal components). Where the crosses of the target lie among the dots of a class, a head that learned from the source has a chance.${more}</p>
<div class="charts">
${panel(report, planes.before, { name: "before", span: after ? "column" : "page" })}
${after && panel(report, after, { name: "after", span: "column" })}
</div>`,
  };
}

type Panel = { readonly name: "before" | "after"; readonly span: "column" | "page" };

function panel(
  { record, labels, noun }: AdaptationReport,
  plane: Plane,
  { name, span }: Panel,
): Markup {
  const { classes, source, target: aim } = record;
  const [x, y] = plane.shares;
  const label = ({ row }: PlanePoint) => labels[row]!;
  const some = (shown: number, all: number) =>
    shown < all ? `${shown} of ${many(all, noun)}` : many(all, noun);
  const counts = `${some(plane.source.length, source.samples)} of the source, ${some(plane.target.length, aim.samples)} of the target`;
  return chart({
    label: `Two principal components ${name} the adaptation: ${counts}`,
    caption: `${name === "before" ? "The backbone as it was" : record.chosen}: ${counts}. Along x lie ${share(x)} of all variance, along y ${share(y)}.`,
    legend: [...classLegend(classes), target],
    span,
    plot: () => ({
      ...(span === "page" ? { height: 460 } : { height: 380 }),
      marginTop: 30,
      marginLeft: 48,
      marginBottom: 38,
      x: { label: "first component", grid: true, nice: true, ticks: 5 },
      y: { label: "second component", grid: true, nice: true, ticks: 5 },
      marks: [
        dot(plane.source, {
          ...{ x: "x", y: "y", r: 2.8, fillOpacity: 0.75 },
          fill: (point: PlanePoint) => colourOf(label(point)),
          title: (point: PlanePoint) => `source: ${classes[label(point)]}`,
        }),
        dot(plane.target, {
          ...{ x: "x", y: "y", r: 2.6, symbol: "times", strokeWidth: 1.1, strokeOpacity: 0.65 },
          stroke: target.color,
        }),
      ],
    }),
  });
}

const colourOf = (label: number): string =>
  label < COLOURS ? `var(--class-${label + 1})` : others;

function classLegend(classes: readonly string[]) {
  const own = classes.slice(0, COLOURS).map((name, at) => ({ name, color: colourOf(at) }));
  const left = classes.length - own.length;
  return left > 0 ? [...own, { name: `${left} other classes`, color: others }] : own;
}
