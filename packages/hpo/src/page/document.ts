import { html, type Markup, named, type Part, trusted } from "./html.js";
import type { Section } from "./section.js";
import { STYLE } from "./style.js";

/** The sheet is the page's own; scripts and every address outside the page are forbidden. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** A whole page: one file that needs nothing else. */
export function htmlDocument(input: {
  readonly title: string;
  /** What stands before the sections. */
  readonly overview: Part;
  readonly sections: readonly Section[];
}): string {
  const { title, overview, sections } = input;
  const links = sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title} · hyperparameter search</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">To the search</a>
<header>
<p class="brand">Hyperparameter search</p>
<h1>${named(title)}</h1>
</header>
${links.length > 1 && html`<nav aria-label="Sections"><ul>${links}</ul></nav>`}
<main id="main">
${overview}
${sections.map(drawn)}
</main>
<footer><p>Made by Graft. This page is one file: it loads nothing and runs nothing.</p></footer>
</body>
</html>
`.markup;
}

const drawn = ({ id, title, body }: Section): Markup => html`<section id="${id}">
<h2>${title}</h2>
${body}
</section>
`;
