import { nounOf } from "../../task/noun.js";
import type { TaskName } from "../../task/reading.js";
import { html, type Markup, named } from "../html.js";
import { many, share } from "../numbers.js";
import type { Mistake, ReportData } from "../report-data.js";
import type { Section } from "../section.js";
import { quotes } from "./quotes.js";

type Words = {
  readonly told: string;
  readonly order: string;
  /** Between what was said and a picture, for those who can't see it. */
  readonly taken: string;
  /** What to look for among them. */
  readonly look?: string;
};

const classes: Words = {
  told: "told wrong",
  order: "that gave their true class least",
  taken: "taken for",
};
const labels: Words = {
  told: "not told right in all labels",
  order: "that cost most",
  taken: "given",
};
const numbers: Words = { told: "measured", order: "that are furthest off", taken: "measured as" };

const words: Readonly<Record<TaskName, Words>> = {
  image: classes,
  "multi-label": labels,
  regression: numbers,
  text: classes,
  "text-labels": labels,
  "text-numbers": numbers,
  qa: { told: "answered wrong", order: "that cost most", taken: "answered with" },
  masked: {
    told: "with a hidden word that was not guessed",
    order: "that surprise it most",
    taken: "guessed as",
    look: "Look for texts that are broken, or of another kind than the others.",
  },
  tokens: {
    told: "with a word that is marked wrong",
    order: "that cost most",
    taken: "marked with",
  },
};

/** The pictures or texts that the model is most wrong about: wrong labels are often among them. */
export function mistakesSection({ mistakes, wrong, scored }: ReportData): Section | undefined {
  if (!scored || wrong === 0) return undefined;
  const {
    told,
    order,
    taken,
    look = "Look for labels that are wrong themselves.",
  } = words[scored.task];
  const all = mistakes.length === wrong ? "all of them" : `the ${mistakes.length} worst`;
  return {
    id: "mistakes",
    title: "Most wrong",
    body: html`<p>${many(wrong, nounOf(scored.task))} of ${scored.predictions.length} ${told}; here are ${all}, those first ${order}. ${look}</p>
${
  mistakes[0]?.text === undefined
    ? html`<ul class="gallery">${mistakes.map((mistake) => card(mistake, taken))}</ul>`
    : quotes(mistakes, scored.task)
}`,
  };
}

function card(mistake: Mistake, taken: string): Markup {
  const { name, truth, predicted, score, truthScore, thumbnail } = mistake;
  const alt = `${name}: ${truth}, ${taken} ${predicted}`;
  const shown = thumbnail?.startsWith("data:image/")
    ? html`<img src="${thumbnail}" alt="${alt}">`
    : html`<div class="gone">no picture</div>`;
  const scored = (value: number | undefined) =>
    value !== undefined && html` <b>${share(value)}</b>`;
  return html`<li><figure>${shown}<figcaption>
<span class="said"><span>${named(predicted)}</span>${scored(score)}</span>
<span class="truth"><span>is ${named(truth)}</span>${scored(truthScore)}</span>
<span class="file">${named(name)}</span>
</figcaption></figure></li>`;
}
