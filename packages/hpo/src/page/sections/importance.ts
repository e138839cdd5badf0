import { barX, text } from "@observablehq/plot";
import { type Importance, importance } from "../../importance/importance.js";
import type { FinishedTrial } from "../../trial.js";
import { chart } from "../chart.js";
import { html, type Markup } from "../html.js";
import type { Section } from "../section.js";
import type { Seen } from "../seen.js";
import { short } from "../words.js";

const MOST_BARS = 20;
const MOST_OBJECTIVES = 4;

/** What trials are judged by needs so many. */
const FEWEST = 10;

type Judging = Pick<Seen, "complete" | "trials" | "options">;

/** How much each parameter matters for an objective, the most important first; nothing where it can't be said. */
export function importanceOf(seen: Judging, objective: number): readonly Required<Importance>[] {
  const judged = judgedOf(seen);
  if (judged.length < FEWEST) return [];
  const directions = seen.options.directions ?? ["minimize"];
  return importance(judged, seen.options.space, { objective, directions }).filter(
    (each): each is Required<Importance> => each.share !== undefined,
  );
}

/** The complete trials, or where they are few all that reported at the step to compare at, with their values there. */
function judgedOf({ complete, trials, options }: Judging): readonly FinishedTrial[] {
  const { comparedAt } = options;
  if (complete.length >= FEWEST || comparedAt === undefined) return complete;
  return trials.flatMap((trial) => {
    const report = trial.reports.find(({ step }) => step === comparedAt);
    return report ? [{ ...trial, state: "complete" as const, values: [report.value] }] : [];
  });
}

/** What the best trials have in common. */
export function importanceSection(seen: Seen): Section | undefined {
  const judged = judgedOf(seen);
  const isEarly = judged !== seen.complete;
  const charts = seen.objectives
    .slice(0, MOST_OBJECTIVES)
    .map((_, at) => bars(seen, { at, judged, found: importanceOf(seen, at).slice(0, MOST_BARS) }));
  const drawn = charts.filter((each): each is Markup => each !== undefined);
  if (drawn.length === 0) return undefined;
  return {
    id: "importance",
    title: "What matters",
    body: html`<p>How much a parameter's values among the best tenth of trials differ from those among all (PED-ANOVA, Watanabe, Bansal and Hutter 2023), in parts of all parameters that apply to the same trials. It says where this search found its best, not that a parameter does nothing elsewhere.${isEarly && ` Few trials came to their end: this is told by the values of ${judged.length} at step ${seen.options.comparedAt}.`}</p>
<div class="charts">${drawn}</div>`,
  };
}

type Barred = {
  readonly at: number;
  readonly judged: readonly FinishedTrial[];
  readonly found: readonly Required<Importance>[];
};

function bars({ objectives }: Seen, { at, judged, found }: Barred): Markup | undefined {
  if (found.length === 0) return undefined;
  const { name } = objectives[at]!;
  const names = found.map((each) => each.name);
  const partly = found.filter(({ trials }) => trials < judged.length);
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
  return chart({
    span: objectives.length === 1 ? "whole" : "half",
    label: `What matters for ${name}: ${found.map((each) => `${each.name} ${percent(each.share)}`).join(", ")}`,
    caption:
      partly.length > 0
        ? `For ${name}. Judged among the trials that have it: ${partly.map((each) => `${each.name} (${each.trials})`).join(", ")}.`
        : `For ${name}.`,
    plot: (width) => {
      const letters = width < 500 ? 14 : 24;
      return {
        height: 50 + 28 * found.length,
        marginLeft: 20 + 6.2 * Math.max(...names.map((each) => Math.min(letters, each.length))),
        marginRight: 44,
        marginTop: 8,
        marginBottom: 36,
        x: { label: "share, %", domain: [0, 100], grid: true, ticks: 5 },
        y: {
          domain: names,
          label: null,
          tickSize: 0,
          tickFormat: (each: string) => short(each, letters),
        },
        marks: [
          barX(found, {
            x: ({ share }: Importance) => 100 * share!,
            y: "name",
            fill: "var(--value)",
            insetTop: 2,
            insetBottom: 2,
            title: (each: Required<Importance>) =>
              `${each.name}: ${percent(each.share)}, ${each.trials} trials`,
          }),
          text(found, {
            x: ({ share }: Importance) => 100 * share!,
            y: "name",
            text: ({ share }: Importance) => percent(share!),
            textAnchor: "start",
            dx: 5,
          }),
        ],
      };
    },
  });
}
