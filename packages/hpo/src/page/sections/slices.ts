import { dot } from "@observablehq/plot";
import { mix } from "../../random.js";
import type { FinishedTrial } from "../../trial.js";
import { axisOf } from "../axis.js";
import { chart } from "../chart.js";
import { html, type Markup, named, trusted } from "../html.js";
import { beyond, reachOf } from "../reach.js";
import type { Section } from "../section.js";
import type { Named, Seen } from "../seen.js";
import { thin, thinned } from "../thin.js";
import { precise, short, told } from "../words.js";

/** Points of a chart, and charts of a page. */
const MOST_POINTS = 300;
const MOST_CHARTS = 12;
const MOST_OBJECTIVES = 3;

/** Each objective against each parameter. */
export function slicesSection(seen: Seen): Section | undefined {
  const { complete, varied, parameters, objectives } = seen;
  if (complete.length === 0 || varied.length === 0) return undefined;
  const had = varied.filter(({ name }) => complete.some(({ params }) => name in params));
  const shown = had.slice(0, MOST_CHARTS);
  const most = Math.ceil(MOST_POINTS / objectives.length);
  const drawn = thin(complete, { most, keep: seen.front.slice(0, 50) });
  const groups = objectives.slice(0, MOST_OBJECTIVES).map((_, at) => {
    const reach = reachOf(
      complete.map(({ values }) => values[at]!),
      objectives[at]!.direction,
    );
    return html`<p${at > 0 && trusted(' class="below"')}>The ${named(objectives[at]!.name)} of each complete trial against one parameter at a time.${beyond(reach)}</p>
<div class="charts">${shown.map((each) => slice(seen, { ...each, at, drawn, domain: reach.domain }))}</div>`;
  });
  return {
    id: "slices",
    title: "Parameter by parameter",
    body: html`<p>The other parameters differ from point to point. ${seen.front.length > 1 ? "The front is" : "The best is"} orange; values of a choice are spread a little, so that they don't hide each other.${thinned(drawn.length, complete.length)}</p>
${groups}
${left({ hidden: had.slice(MOST_CHARTS), absent: varied.filter((each) => !had.includes(each)), fixed: parameters.filter((each) => !varied.includes(each)) })}`,
  };
}

/** What has no chart, and why. */
function left(
  some: Readonly<Record<"hidden" | "absent" | "fixed", readonly Named[]>>,
): readonly (Markup | false)[] {
  const lines = [
    ["Not drawn", some.hidden],
    ["Of no complete trial", some.absent],
    ["With one value only", some.fixed],
  ] as const;
  return lines.map(
    ([why, own]) =>
      own.length > 0 &&
      html`<p class="below">${why}: ${named(own.map(({ name }) => name).join(", "))}.</p>`,
  );
}

type Slice = Named & {
  /** The objective's number. */
  readonly at: number;
  readonly drawn: readonly FinishedTrial[];
  readonly domain: readonly [number, number];
};

function slice(seen: Seen, { name, parameter, at, drawn, domain }: Slice): Markup {
  const objective = seen.objectives[at]!;
  const used = drawn.filter(({ params }) => name in params);
  const isChoice = parameter.kind === "choice";
  const axis = axisOf(
    { name, parameter },
    { ticks: isChoice ? 8 : 5, letters: isChoice ? lettersOf(parameter.values.length) : 12 },
  );
  const front = new Set(seen.front);
  const all = seen.complete.filter(({ params }) => name in params).length;
  return chart({
    span: "third",
    title: named(short(name, 40)),
    label: `${objective.name} against ${name}, ${all} trials`,
    ...(all < seen.complete.length && {
      caption: `Applies to ${all} of ${seen.complete.length} complete trials.`,
    }),
    plot: () => ({
      height: 210,
      marginLeft: 52,
      marginRight: 16,
      marginTop: 24,
      marginBottom: 34,
      x: { ...axis.scale, domain: [...axis.scale.domain], label: null },
      y: { label: objective.name, domain, clamp: true, grid: true, ticks: 4, tickFormat: precise },
      marks: [
        dot(
          used.toSorted((a, b) => Number(front.has(a)) - Number(front.has(b))),
          {
            x: ({ number, params }: FinishedTrial) =>
              axis.at(params[name]!) + (isChoice ? spread(number) : 0),
            y: ({ values }: FinishedTrial) => values[at],
            r: (trial: FinishedTrial) => (front.has(trial) ? 4 : 2.2),
            fill: (trial: FinishedTrial) => (front.has(trial) ? "var(--best)" : "var(--value)"),
            fillOpacity: 0.75,
            sort: null,
            title: ({ number, params, values }: FinishedTrial) =>
              `trial ${number}: ${precise(values[at]!)}\n${name} ${short(told(params[name]), 80)}`,
          },
        ),
      ],
      r: { type: "identity" },
      color: { type: "identity" },
    }),
  });
}

/** A step aside, the same for the same trial. */
const spread = (number: number): number => ((mix(number + 1) >>> 0) / 2 ** 32 - 0.5) * 0.5;

const lettersOf = (values: number): number => Math.max(4, Math.floor(46 / Math.min(values, 8)));
