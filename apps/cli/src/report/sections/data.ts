import type { DataCheck } from "../../run/data-check.js";
import type { RunConfig } from "../../run/run-folder.js";
import type { TaskName } from "../../task/reading.js";
import { html, type Markup, named } from "../html.js";
import { grouped, many, share } from "../numbers.js";
import type { ReportData } from "../report-data.js";
import type { Section } from "../section.js";
import { bar, dataTable } from "../table.js";

/** What was found when the pictures were read. */
export function dataSection({ check, config }: ReportData): Section | undefined {
  if (!check) return undefined;
  return {
    id: "data",
    title: "The data",
    body: html`${balances[config.options.task](check, config)}
${copies(check)}
${leftOut(check.split.leftOut)}
${unreadable(check.skipped)}`,
  };
}

type Balance = (check: DataCheck, config: RunConfig) => Markup;

const balances: Readonly<Record<TaskName, Balance>> = {
  image: classBalance,
  "multi-label": labelBalance,
  regression: (_, { pictures, classes }) =>
    html`<h3>Pictures</h3><p>${many(pictures.train, "training picture")} with ${many(classes.length, "number")} each, ${grouped(pictures.validation)} for validation, ${grouped(pictures.test)} for the test.</p>`,
};

function labelBalance({ train, validation, test }: DataCheck, config: RunConfig): Markup {
  const { classes, pictures } = config;
  const rows = classes
    .map((name, i) => ({ name, train: train[i]!, validation: validation[i]!, test: test[i]! }))
    .sort((a, b) => b.train - a.train);
  const labels = train.reduce((a, b) => a + b, 0) / pictures.train;
  return html`<h3>How often labels hold</h3>
<p>${many(pictures.train, "training picture")}, ${labels.toFixed(1)} labels each on average.</p>
${countTable(rows, { caption: "Readable pictures with each label in each part", output: "label", most: pictures.train })}`;
}

function classBalance({ train, validation, test }: DataCheck, { classes }: RunConfig): Markup {
  const total = train.reduce((a, b) => a + b, 0);
  const most = Math.max(...train);
  const rows = classes
    .map((name, i) => ({ name, train: train[i]!, validation: validation[i]!, test: test[i]! }))
    .sort((a, b) => b.train - a.train);
  const [largest, smallest] = [rows[0]!, rows.at(-1)!];
  const spread =
    smallest.train === largest.train
      ? html`${grouped(largest.train)} of each class`
      : html`${grouped(smallest.train)} (${named(smallest.name)}) to ${grouped(largest.train)} (${named(largest.name)}) a class`;
  return html`<h3>Class balance</h3>
<p>${many(total, "training picture")}: ${spread}. Always guessing the largest class would be right for ${share(largest.train / total)}.</p>
${countTable(rows, { caption: "Readable pictures of each class in each part", output: "class", most })}`;
}

type Counts = Readonly<Record<"train" | "validation" | "test", number>> & { readonly name: string };

const countTable = (
  rows: readonly Counts[],
  { caption, output, most }: { caption: string; output: string; most: number },
): Markup =>
  dataTable(rows, {
    caption,
    columns: [
      { title: output, cell: ({ name }) => named(name) },
      {
        title: "training",
        cell: (row) => bar(row.train / most, grouped(row.train)),
        isNumber: true,
      },
      { title: "validation", cell: (row) => grouped(row.validation), isNumber: true },
      { title: "test", cell: (row) => grouped(row.test), isNumber: true },
    ],
  });

/** So many are named; a folder of a million broken files must not make a page of them. */
const NAMED = 100;

function unreadable(skipped: DataCheck["skipped"]): Markup {
  if (skipped.length === 0) return html`<h3>Unreadable files</h3><p>Every file could be read.</p>`;
  const more = skipped.length > NAMED && html` The first ${NAMED} are named.`;
  return html`<h3>Unreadable files</h3>
<p>${many(skipped.length, "file")} left out.${more}</p>
${dataTable(skipped.slice(0, NAMED), {
  caption: "Files that were left out",
  columns: [
    { title: "file", cell: ({ name }) => named(name) },
    { title: "why", cell: ({ reason }) => reason },
  ],
})}`;
}

/** What the command did so that no picture is both learned and scored. */
function minded({ split, copies: all }: DataCheck): Markup {
  const { copies, groups, leftOut: left } = split;
  return html`${
    all.length > 0 &&
    (copies === "together"
      ? html` Copies were kept on one side.`
      : html` Copies were left where they were, as <code>--keep-duplicates</code> asks.`)
  }${left.length > 0 && html` ${many(left.length, "picture")} left out of the training.`}${
    groups > 0 && html` ${many(groups, "group")} of pictures; none was parted.`
  }`;
}

function leftOut(left: DataCheck["split"]["leftOut"]): Markup | undefined {
  if (left.length === 0) return undefined;
  return dataTable(left.slice(0, NAMED), {
    caption: "Pictures left out of the training",
    columns: [
      { title: "left out", cell: ({ name }) => named(name) },
      { title: "why", cell: ({ reason }) => reason },
    ],
  });
}

function copies(check: DataCheck): Markup {
  const all = check.copies;
  const title = html`<h3>Copies and leaks</h3>`;
  if (all.length === 0) {
    return html`${title}<p>No picture was found twice, and none in more than one part.${minded(check)}</p>`;
  }
  const leaks = all.filter(({ acrossParts }) => acrossParts).length;
  const torn = all.filter(({ acrossClasses }) => acrossClasses).length;
  const more = all.length > NAMED && html` The first ${NAMED} are named.`;
  return html`${title}
<p>${many(all.length, "picture")} found more than once: ${leaks} in several parts, which makes scores too good; ${torn} under several classes, where a label is wrong.${minded(check)}${more}</p>
${dataTable(all.slice(0, NAMED), {
  caption: "Pictures found more than once",
  columns: [
    {
      title: "files",
      cell: ({ pictures }) =>
        pictures.map(({ name, part }) => html`<div>${named(name)} <small>${part}</small></div>`),
    },
    { title: "alike", cell: ({ exact }) => (exact ? "the same bytes" : "the same to look at") },
    { title: "what it means", cell: meaning },
  ],
})}`;
}

function meaning({ acrossParts, acrossClasses }: DataCheck["copies"][number]): string {
  const said = [acrossParts && "leak", acrossClasses && "label in doubt"].filter(Boolean);
  return said.length === 0 ? "counts twice" : said.join(", ");
}
