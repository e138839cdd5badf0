import type { DataCheck } from "../../run/data-check.js";
import type { RunConfig } from "../../run/run-folder.js";
import { nounOf } from "../../task/noun.js";
import type { TaskName } from "../../task/reading.js";
import { html, type Markup, named } from "../html.js";
import { grouped, many, share } from "../numbers.js";
import type { ReportData } from "../report-data.js";
import type { Section } from "../section.js";
import { bar, dataTable } from "../table.js";

/** What was found when the data were read. */
export function dataSection({ check, config }: ReportData): Section | undefined {
  if (!check) return undefined;
  const noun = nounOf(config.options.task);
  return {
    id: "data",
    title: "The data",
    body: html`${balances[config.options.task](check, config)}
${copies(check, noun)}
${leftOut(check.split.leftOut, noun)}
${unreadable(check.skipped, noun)}`,
  };
}

type Balance = (check: DataCheck, config: RunConfig) => Markup;

const balances: Readonly<Record<TaskName, Balance>> = {
  image: classBalance,
  "multi-label": labelBalance,
  regression: numberBalance,
  text: classBalance,
  "text-labels": labelBalance,
  "text-numbers": numberBalance,
  tokens: tagBalance,
  qa: questionCount,
  masked: textCount,
};

function textCount(_: DataCheck, { samples }: RunConfig): Markup {
  return html`<h3>Texts</h3><p>${many(samples.train, "training text")}, ${grouped(samples.validation)} for validation, ${grouped(samples.test)} for the test.</p>`;
}

function numberBalance(_: DataCheck, { options, samples, classes }: RunConfig): Markup {
  const noun = nounOf(options.task);
  return html`<h3>Numbers</h3><p>${many(samples.train, `training ${noun}`)} with ${many(classes.length, "number")} each, ${grouped(samples.validation)} for validation, ${grouped(samples.test)} for the test.</p>`;
}

function questionCount(_: DataCheck, { samples }: RunConfig): Markup {
  return html`<h3>Questions</h3><p>${many(samples.train, "training question")}, ${grouped(samples.validation)} for validation, ${grouped(samples.test)} for the test.</p>`;
}

function tagBalance({ train, validation, test }: DataCheck, config: RunConfig): Markup {
  const { classes, samples } = config;
  const rows = classes
    .map((name, i) => ({ name, train: train[i]!, validation: validation[i]!, test: test[i]! }))
    .sort((a, b) => b.train - a.train);
  return html`<h3>Tags</h3>
<p>${many(samples.train, "training sentence")}.</p>
${countTable(rows, { caption: "Sentences with each tag in each part", output: "tag", most: samples.train })}`;
}

function labelBalance({ train, validation, test }: DataCheck, config: RunConfig): Markup {
  const { classes, samples, options } = config;
  const noun = nounOf(options.task);
  const rows = classes
    .map((name, i) => ({ name, train: train[i]!, validation: validation[i]!, test: test[i]! }))
    .sort((a, b) => b.train - a.train);
  const labels = train.reduce((a, b) => a + b, 0) / samples.train;
  return html`<h3>How often labels hold</h3>
<p>${many(samples.train, `training ${noun}`)}, ${labels.toFixed(1)} labels each on average.</p>
${countTable(rows, { caption: `Readable ${noun}s with each label in each part`, output: "label", most: samples.train })}`;
}

function classBalance(
  { train, validation, test }: DataCheck,
  { classes, options }: RunConfig,
): Markup {
  const noun = nounOf(options.task);
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
<p>${many(total, `training ${noun}`)}: ${spread}. Always guessing the largest class would be right for ${share(largest.train / total)}.</p>
${countTable(rows, { caption: `Readable ${noun}s of each class in each part`, output: "class", most })}`;
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

function unreadable(skipped: DataCheck["skipped"], noun: string): Markup {
  if (skipped.length === 0) return html`<h3>Unreadable</h3><p>Every ${noun} could be read.</p>`;
  const more = skipped.length > NAMED && html` The first ${NAMED} are named.`;
  return html`<h3>Unreadable</h3>
<p>${many(skipped.length, noun)} left out.${more}</p>
${dataTable(skipped.slice(0, NAMED), {
  caption: `${noun}s that were left out`,
  columns: [
    { title: noun, cell: ({ name }) => named(name) },
    { title: "why", cell: ({ reason }) => reason },
  ],
})}`;
}

/** What the command did so that no picture is both learned and scored. */
function minded({ split, copies: all }: DataCheck, noun: string): Markup {
  const { copies, groups, leftOut: left } = split;
  return html`${
    all.length > 0 &&
    (copies === "together"
      ? html` Copies were kept on one side.`
      : html` Copies were left where they were, as <code>--keep-duplicates</code> asks.`)
  }${left.length > 0 && html` ${many(left.length, noun)} left out of the training.`}${
    groups > 0 && html` ${many(groups, "group")} of ${noun}s; none was parted.`
  }`;
}

function leftOut(left: DataCheck["split"]["leftOut"], noun: string): Markup | undefined {
  if (left.length === 0) return undefined;
  return dataTable(left.slice(0, NAMED), {
    caption: `${noun}s left out of the training`,
    columns: [
      { title: "left out", cell: ({ name }) => named(name) },
      { title: "why", cell: ({ reason }) => reason },
    ],
  });
}

function copies(check: DataCheck, noun: string): Markup {
  const all = check.copies;
  const title = html`<h3>Copies and leaks</h3>`;
  if (all.length === 0) {
    return html`${title}<p>No ${noun} was found twice, and none in more than one part.${minded(check, noun)}</p>`;
  }
  const leaks = all.filter(({ acrossParts }) => acrossParts).length;
  const torn = all.filter(({ acrossClasses }) => acrossClasses).length;
  const more = all.length > NAMED && html` The first ${NAMED} are named.`;
  return html`${title}
<p>${many(all.length, noun)} found more than once: ${leaks} in several parts, which makes scores too good; ${torn} under several classes, where a label is wrong.${minded(check, noun)}${more}</p>
${dataTable(all.slice(0, NAMED), {
  caption: `${noun}s found more than once`,
  columns: [
    {
      title: `${noun}s`,
      cell: ({ samples }) =>
        samples.map(({ name, part }) => html`<div>${named(name)} <small>${part}</small></div>`),
    },
    {
      title: "alike",
      cell: ({ exact }) =>
        exact ? "the same" : noun === "text" ? "nearly" : "the same to look at",
    },
    { title: "what it means", cell: meaning },
  ],
})}`;
}

function meaning({ acrossParts, acrossClasses }: DataCheck["copies"][number]): string {
  const said = [acrossParts && "leak", acrossClasses && "label in doubt"].filter(Boolean);
  return said.length === 0 ? "counts twice" : said.join(", ");
}
