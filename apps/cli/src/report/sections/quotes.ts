import { doubtOf } from "../../task/explanation.js";
import { threeDigits } from "../../task/metrics.js";
import type { TaskName } from "../../task/reading.js";
import { html, type Markup, named } from "../html.js";
import { share } from "../numbers.js";
import type { Mistake } from "../report-data.js";
import { dataTable } from "../table.js";
import { tintedText, tintLegend } from "../tinted-text.js";

type Explanation = NonNullable<Mistake["explanation"]>;

/** What tints mean where texts have a score to share, and how that score is told. */
type Tints = {
  readonly towards: string;
  readonly against: string;
  readonly told: (value: number) => string;
};

const tints: Readonly<Partial<Record<TaskName, Tints>>> = {
  text: { towards: "for the class that was said", against: "against it", told: share },
  "text-labels": { towards: "for the label under the text", against: "against it", told: share },
  "text-numbers": { towards: "raises the number", against: "lowers it", told: threeDigits },
};

/** Texts are read, not looked at: a table of what they say, with the words that mattered where that is known. */
export function quotes(mistakes: readonly Mistake[], task: TaskName): Markup {
  const own = tints[task];
  const explanations = mistakes.flatMap(({ explanation }) => explanation ?? []);
  const isTinted = own !== undefined && explanations.length > 0;
  return html`${isTinted && legend(explanations, own)}
<div class="quotes">${dataTable(mistakes, {
    caption: "Texts that the model is most wrong about",
    columns: [
      { title: "text", cell: (mistake) => quote(mistake, own) },
      { title: "said", cell: ({ predicted, score }) => said(predicted, score) },
      { title: "is", cell: ({ truth, truthScore }) => said(truth, truthScore) },
    ],
  })}</div>`;
}

function legend(explanations: readonly Explanation[], own: Tints): Markup {
  const gaps = explanations.map(({ gap }) => Math.abs(gap)).sort((a, b) => a - b);
  const [median, most] = [gaps[gaps.length >> 1]!, gaps.at(-1)!];
  return html`<div class="method">${tintLegend(own)}
<p>Which words mattered: integrated gradients (Sundararajan, Taly and Yan 2017). A text's deepest tint is its strongest word. The words share the difference between the text's score and that of the same text with padding in the place of every word. It is summed up at a few points on the way from one to the other, so the shares miss it: by ${missed(median, own)} in the median of these texts, by ${missed(most, own)} at most.</p></div>`;
}

function quote({ text = "", name, explanation }: Mistake, own: Tints | undefined): Markup {
  const isTinted = own && explanation && hasShares(explanation);
  return html`${isTinted ? tintedText(explanation) : text}<br><small>${name}${isTinted && html` · ${account(explanation, own)}`}</small>`;
}

const hasShares = ({ words, pairWords }: Explanation): boolean =>
  [...words, ...pairWords].some(({ score }) => score !== 0);

/** What the words had to share, and how well their shares add up to it. */
function account(explanation: Explanation, { told }: Tints): Markup {
  const { target, score, baselineScore, gap } = explanation;
  const doubt = doubtOf(explanation);
  return html`${named(target)} ${told(score)}, without its words ${told(baselineScore)}, sum off by ${missed(Math.abs(gap), { told })}${doubt && `: ${doubt}`}`;
}

/** An error that is too small to be told is not none. */
const missed = (error: number, { told }: Pick<Tints, "told">): string =>
  error > 0 && told(error) === share(0) ? "less than 0.1 %" : told(error);

const said = (what: string, score: number | undefined): Markup =>
  html`${named(what)}${score !== undefined && html` <b>${share(score)}</b>`}`;
