import { formatSpace } from "../../space/format.js";
import type { Scalar } from "../../space/parameter.js";
import type { FinishedTrial } from "../../trial.js";
import { html, type Markup, named } from "../html.js";
import type { Seen } from "../seen.js";
import { dataTable } from "../table.js";
import { grouped, lasting, many, precise, short, told } from "../words.js";

/** What was searched, how much of it, and what is best. */
export function overview(seen: Seen): Markup {
  const { notes = [] } = seen.options;
  return html`<section id="overview" aria-label="Overview">
<p class="lead">${sentence(seen)}</p>
${notes.map((note) => html`<p class="note">${named(note)}</p>`)}
<dl class="tiles">${tiles(seen)}</dl>
${found(seen)}
</section>`;
}

function sentence({ trials, options, objectives }: Seen): Markup {
  const { sampler, pruner, seed, window } = options.made ?? {};
  const goals = objectives.map(
    ({ name, direction }, at) => html`${at > 0 && " and "}${direction} ${named(name)}`,
  );
  const how = [
    sampler && `by ${sampler}`,
    pruner && `pruned by ${pruner}`,
    seed !== undefined && `seed ${seed}`,
    window !== undefined && `window ${window}`,
  ].filter(Boolean);
  const told = how.length > 0 && `, ${how.join(", ")}`;
  return html`${many(trials.length, "trial")} to ${goals}${told}.`;
}

function tiles(seen: Seen): readonly (Markup | false)[] {
  const { complete, pruned, failed, objectives, ranked, front, times } = seen;
  const [best] = ranked;
  const single = objectives.length === 1 ? best : undefined;
  const spent = [...times.values()].flat().reduce((sum, { start, end }) => sum + end - start, 0);
  return [
    single !== undefined &&
      tile(
        html`Best ${named(objectives[0]!.name)}`,
        precise(single.values[0]!),
        `trial ${single.number}`,
      ),
    objectives.length > 1 &&
      tile(
        "On the front",
        grouped(front.length),
        "trials that none is better than in every respect",
      ),
    tile("Complete", grouped(complete.length), "have their values"),
    tile("Pruned", grouped(pruned.length), "stopped early"),
    tile("Failed", grouped(failed.length), "threw, or gave no finite number"),
    times.size > 0 && tile("Time", lasting(spent), "all trials together"),
  ];
}

const tile = (name: Markup | string, value: string, about: string): Markup =>
  html`<div class="tile"><dt>${name}</dt><dd><b>${value}</b><span>${about}</span></dd></div>`;

function found(seen: Seen): Markup {
  const { ranked, objectives, options } = seen;
  const [best] = ranked;
  if (!best) return html`<p class="note">No trial is complete yet, so that nothing is best.</p>`;
  if (objectives.length > 1) return html`${declared(options.space)}`;
  return html`<h3>The best trial's parameters</h3>${parametersOf(best, options.space)}`;
}

type Searched = Seen["options"]["space"];
type Row = readonly [name: string, domain: string, value?: Scalar];

const rowsOf = ({ parameters }: Searched): readonly Row[] =>
  formatSpace({ parameters, constraints: [] }).map((text): Row => {
    const at = text.indexOf("=");
    return [text.slice(0, at), short(text.slice(at + 1), 300)];
  });

const parametersOf = ({ params }: FinishedTrial, space: Searched): Markup =>
  dataTable(rowsOf(space), {
    caption: "The best trial's parameters",
    columns: [
      { title: "parameter", cell: ([name]) => named(name) },
      { title: "value", cell: ([name]) => wholeValue(params[name]) },
      { title: "of", cell: ([, domain]) => html`<code>${named(domain)}</code>` },
    ],
  });

const declared = (space: Searched): Markup =>
  dataTable(rowsOf(space), {
    caption: "What was searched",
    columns: [
      { title: "parameter", cell: ([name]) => named(name) },
      { title: "of", cell: ([, domain]) => html`<code>${named(domain)}</code>` },
    ],
  });

/** Whole, so that it can be used again. */
const wholeValue = (value: Scalar | undefined): Markup =>
  value === undefined
    ? html`<span class="state-pruned">does not apply</span>`
    : html`<b>${named(typeof value === "number" ? String(value) : told(value))}</b>`;
