import { type Explanation, signed } from "../task/explanation.js";
import { html, type Markup, type Part } from "./html.js";

type Words = Explanation["words"];

/** Fainter words than this share of the strongest are left plain: a tint would say more than they do. */
const FAINTEST = 0.1;

/**
 * A text whose words are tinted by what they add to the score that is explained: the deepest tint is the
 * text's strongest word. Between two words stands a space or nothing, as in the text.
 */
export function tintedText({ words, pairWords }: Explanation): Markup {
  const strongest = [...words, ...pairWords].reduce(
    (most, { score }) => Math.max(most, Math.abs(score)),
    0,
  );
  const second =
    pairWords.length > 0 && html` <i class="between">|</i> ${row(pairWords, strongest)}`;
  return html`<span class="tinted">${row(words, strongest)}${second}</span>`;
}

function row(words: Words, strongest: number): Part {
  // What comes after the last word that adds anything was not read: it is beyond the longest length.
  const read = words.findLastIndex(({ score }) => score !== 0) + 1;
  const shown = words.slice(0, read).map((word, at): Part => {
    const before = at > 0 && word.start > words[at - 1]!.end ? " " : "";
    return [before, tinted(word, strongest)];
  });
  return [shown, read < words.length && html` <i class="between">… not read further</i>`];
}

function tinted({ text, score }: Words[number], strongest: number): Part {
  const share = Math.abs(score) / strongest;
  if (share < FAINTEST) return text;
  const side = score > 0 ? "for" : "against";
  return html`<mark class="${side}" style="--share:${share.toFixed(2)}" title="${signed(score)}">${text}</mark>`;
}

/** What the tints mean. */
export const tintLegend = (what: { readonly towards: string; readonly against: string }): Markup =>
  html`<ul class="legend tints"><li><mark class="for" style="--share:1">word</mark> ${what.towards}</li><li><mark class="against" style="--share:1">word</mark> ${what.against}</li></ul>`;
