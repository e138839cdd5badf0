import { html, type Markup, named } from "../html.js";
import { many, share } from "../numbers.js";
import type { Mistake, ReportData } from "../report-data.js";
import type { Section } from "../section.js";

/** The pictures that the model is surest of and wrong about: wrong labels are often among them. */
export function mistakesSection({ mistakes, scored }: ReportData): Section | undefined {
  if (!scored) return undefined;
  const wrong = scored.predictions.filter(({ truth, top }) => top[0]!.label !== truth).length;
  if (wrong === 0) return undefined;
  const all = mistakes.length === wrong ? "all of them" : `the ${mistakes.length} worst`;
  return {
    id: "mistakes",
    title: "Most wrong",
    body: html`<p>${many(wrong, "picture")} of ${scored.predictions.length} told wrong; here are ${all}, those first that gave their true class least. Look for labels that are wrong themselves.</p>
<ul class="gallery">${mistakes.map(card)}</ul>`,
  };
}

function card({ picture, truth, predicted, score, truthScore, thumbnail }: Mistake): Markup {
  const alt = `${picture}: ${truth}, taken for ${predicted}`;
  const shown = thumbnail?.startsWith("data:image/")
    ? html`<img src="${thumbnail}" alt="${alt}">`
    : html`<div class="gone">no picture</div>`;
  return html`<li><figure>${shown}<figcaption>
<span class="said"><span>${named(predicted)}</span> <b>${share(score)}</b></span>
<span class="truth"><span>is ${named(truth)}</span> <b>${share(truthScore)}</b></span>
<span class="file">${named(picture)}</span>
</figcaption></figure></li>`;
}
