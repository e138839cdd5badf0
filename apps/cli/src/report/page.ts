import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { TaskName } from "../task/reading.js";
import { html, type Markup, named, trusted } from "./html.js";
import type { ReportData } from "./report-data.js";
import type { Section } from "./section.js";
import { calibrationSection } from "./sections/calibration.js";
import { classesSection } from "./sections/classes.js";
import { confusionSection } from "./sections/confusion.js";
import { dataSection } from "./sections/data.js";
import { foldsSection } from "./sections/folds.js";
import { labelsSection } from "./sections/labels.js";
import { learningSection } from "./sections/learning.js";
import { mistakesSection } from "./sections/mistakes.js";
import { numbersSection } from "./sections/numbers.js";
import { optionsSection } from "./sections/options.js";
import { overview } from "./sections/overview.js";
import { timeSection } from "./sections/time.js";
import { togetherSection } from "./sections/together.js";
import { usageSection } from "./sections/usage.js";

type Maker = (data: ReportData) => Section | undefined;

/** What the answers of each task are shown by. */
const answers: Readonly<Record<TaskName, readonly Maker[]>> = {
  image: [confusionSection, classesSection, calibrationSection],
  "multi-label": [labelsSection, togetherSection],
  regression: [numbersSection],
};

/** In the order of the page; each gives nothing where its data is not to be had. */
const makers = (task: TaskName): readonly Maker[] => [
  foldsSection,
  learningSection,
  ...answers[task],
  mistakesSection,
  dataSection,
  timeSection,
  optionsSection,
  usageSection,
];

/** The sheet is the command's own file; scripts and every address outside the page are forbidden. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** The whole page: one file that needs nothing else. */
export async function reportPage(data: ReportData): Promise<string> {
  const css = await readFile(new URL("../../assets/report.css", import.meta.url), "utf8");
  const name = basename(data.folder);
  const sections = makers(data.config.options.task).flatMap((make) => make(data) ?? []);
  const links = sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${name} · Graft report</title>
<style>${trusted(css)}</style>
</head>
<body>
<a class="skip" href="#main">To the report</a>
<header>
<p class="brand">Graft report</p>
<h1>${named(name)}</h1>
</header>
<nav aria-label="Sections"><ul>${links}</ul></nav>
<main id="main">
${overview(data)}
${sections.map(section)}
</main>
<footer><p>Made by graft ${data.config.versions.graft}. This page is one file: it loads nothing and runs nothing.</p></footer>
</body>
</html>
`.markup;
}

const section = ({ id, title, body }: Section): Markup => html`<section id="${id}">
<h2>${title}</h2>
${body}
</section>`;
