import {
  type ClassesScored,
  isClasses,
  type Score,
  type Scored,
  scoreOf,
} from "../../run/predictions.js";
import type { RunConfig } from "../../run/run-folder.js";
import { kinds } from "../../task/kinds.js";
import { metrics } from "../../task/metrics.js";
import { nounOf } from "../../task/noun.js";
import { calibrationOf } from "../calibration.js";
import { findings } from "../findings.js";
import { html, type Markup, named, type Part } from "../html.js";
import { grouped, many, seconds, share } from "../numbers.js";
import type { ReportData } from "../report-data.js";
import { spread } from "../spread.js";

type Tile = { readonly name: string; readonly value: Part; readonly note?: Part };

/** The figures that matter most, what is worth knowing, and what could not be shown. */
export function overview(data: ReportData): Markup {
  const { notes } = data;
  const { options, classes } = data.config;
  const found = findings(data);
  const tiles = tilesOf(data).map(
    ({ name, value, note }) =>
      html`<div class="tile"><dt>${name}</dt><dd><b>${value}</b>${note && html`<span>${note}</span>`}</dd></div>`,
  );
  return html`<section id="overview" aria-label="Overview">
<p class="lead">${lead(options)} ${capital(kinds[options.task].about(classes))}, on top of ${named(options.backbone)}.</p>
${notes.map((note) => html`<p class="note" role="note">${note}</p>`)}
<dl class="tiles">${tiles}</dl>
${
  found.length > 0 &&
  html`<h2>Worth knowing</h2>
<ul class="findings">${found.map(({ weight, text }) => html`<li class="${weight}">${text}</li>`)}</ul>`
}
</section>`;
}

const lead = ({ task, strategy, headEpochs }: RunConfig["options"]): string =>
  ({
    probe: "A new head on a frozen backbone.",
    finetune:
      kinds[task].keepsHead === true
        ? "All of it goes on learning."
        : headEpochs === 0
          ? "A new head and what lies below it, at once."
          : "A new head, then stages below it with it.",
    gradual: "A new head, then the last stages with it, one by one from the top.",
    scratch: "Every weight trained from random ones.",
    "few-shot": "",
  })[strategy];

function tilesOf({ scored, config, times }: ReportData): readonly Tile[] {
  const { train, validation, test } = config.samples;
  const total = times.reduce((sum, time) => sum + time.seconds, 0);
  return [
    ...(scored ? scoreTiles(scored, config.classes) : []),
    {
      name: `Training ${nounOf(config.options.task)}s`,
      value: grouped(train),
      note: `${grouped(validation)} for validation${test > 0 ? `, ${grouped(test)} for the test` : ""}`,
    },
    ...(times.length > 0
      ? [{ name: "Time", value: seconds(total), note: "from reading to scoring" }]
      : []),
  ];
}

function scoreTiles(scored: Scored, names: readonly string[]): readonly Tile[] {
  const score = scoreOf(scored, names);
  const kind = kinds[scored.task];
  const figures = kind.metrics.flatMap((name) => {
    const value = score[name];
    if (value === undefined) return [];
    const { title, told, note } = metrics[name];
    return {
      name: capital(title),
      value: told(value),
      note: name === "accuracy" && scored.task !== "masked" ? range(score) : note,
    };
  });
  return [
    ...figures,
    { name: "Loss", value: score.loss.toFixed(3), note: kind.loss },
    ...(isClasses(scored) ? [calibration(scored)] : []),
  ];
}

function range({ task, accuracy = Number.NaN, count, on }: Score): string {
  const { low, high } = spread(accuracy, count);
  return `on ${many(count, `${on} ${nounOf(task)}`)}; with others like them, ${Math.round(100 * low)} to ${Math.round(100 * high)} %`;
}

function calibration({ predictions }: ClassesScored): Tile {
  const { error } = calibrationOf(predictions);
  return { name: "Calibration error", value: share(error), note: "how far scores are off" };
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
