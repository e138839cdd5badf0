/** Text that is safe to stand in a page: what `html` makes. */
export type Markup = { readonly markup: string };

/** What may stand in a template: text is escaped, markup stays, lists are joined, the rest is left out. */
export type Part = Markup | string | number | undefined | false | readonly Part[];

/** Markup from a template; everything put into it that is not markup itself is escaped. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const inner = parts.map((part, i) => `${markupOf(part)}${strings[i + 1]}`);
  return { markup: `${strings[0]}${inner.join("")}` };
}

/** Markup that another program wrote. Never for text that a person or a file gave. */
export const trusted = (markup: string): Markup => ({ markup });

/** A name from outside: whatever it is written in, it does not turn the words around it. */
export const named = (name: string): Markup => html`<bdi>${name}</bdi>`;

function markupOf(part: Part): string {
  if (part === undefined || part === false) return "";
  if (typeof part === "string" || typeof part === "number") return escapeText(String(part));
  return "markup" in part ? part.markup : part.map(markupOf).join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escapeText = (text: string): string => text.replace(/[&<>"']/g, (one) => entities[one]!);
