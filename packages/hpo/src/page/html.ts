/** Text that is safe to stand in a page: what `html` makes. */
export type Markup = { readonly markup: string };

/** What may stand in a template: text is escaped, markup stays, lists are joined, the rest is left out. */
export type Part = Markup | string | number | undefined | false | readonly Part[];

const SIGNS: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Markup from a template; everything put into it that is not markup itself is escaped. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Markup => ({
  markup: strings.reduce((all, text, at) => all + written(parts[at - 1]) + text),
});

/** Markup that a program wrote. Never for text that a person or a file gave. */
export const trusted = (markup: string): Markup => ({ markup });

/** A text from outside: whatever it is written in, it does not turn the words around it. */
export const named = (text: string): Markup => html`<bdi>${text}</bdi>`;

function written(part: Part): string {
  if (part === undefined || part === false) return "";
  if (typeof part !== "object") {
    return String(part).replace(/[&<>"']/g, (sign) => SIGNS[sign]!);
  }
  return "markup" in part ? part.markup : part.map(written).join("");
}
