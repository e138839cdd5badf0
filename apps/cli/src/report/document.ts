import { readFile } from "node:fs/promises";
import { html, type Markup, named, type Part, trusted } from "./html.js";
import type { Section } from "./section.js";

/** The sheet is the command's own file; scripts and every address outside the page are forbidden. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** A whole page: one file that needs nothing else. */
export async function htmlDocument(input: {
  /** "Graft report" */
  readonly brand: string;
  /** What it is about. */
  readonly name: string;
  /** What stands before the sections. */
  readonly overview: Part;
  readonly sections: readonly Section[];
  /** The version that made it. */
  readonly version: string;
}): Promise<string> {
  const css = await readFile(new URL("../../assets/report.css", import.meta.url), "utf8");
  const { brand, name, overview, sections, version } = input;
  const links = sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`);
  const nav = html`<nav aria-label="Sections"><ul>${links}</ul></nav>`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${name} · ${brand}</title>
<style>${trusted(css)}</style>
</head>
<body>
<a class="skip" href="#main">To the report</a>
<header>
<p class="brand">${brand}</p>
<h1>${named(name)}</h1>
</header>
${links.length > 1 && nav}
<main id="main">
${overview}
${sections.map(section)}
</main>
<footer><p>Made by graft ${version}. This page is one file: it loads nothing and runs nothing.</p></footer>
</body>
</html>
`.markup;
}

const section = ({ id, title, body }: Section): Markup => html`<section id="${id}">
<h2>${title}</h2>
${body}
</section>`;
