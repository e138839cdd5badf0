import type { ModelFacts, ModelsEvent } from "../commands/models.js";
import { familyOf } from "../source/model-families.js";
import { modelBlock } from "./model-block.js";
import type { View } from "./render.js";
import { table } from "./table.js";

/**
 * The list of models, a line each under the heading of its family; or, where a name was asked for and
 * one model bears it, all that is known of that one. Printed at the end, when the widths are known.
 */
export function modelsView({ narrowed }: { narrowed: boolean }): View<ModelsEvent> {
  const found: ModelFacts[] = [];
  return {
    line: () => undefined,
    result(event, width) {
      if (event.type === "model") {
        found.push(event);
        return undefined;
      }
      const [only] = found;
      if (narrowed && only && found.length === 1) return modelBlock(only);
      return [modelList(found, width), "", ...notes(event.cache)].join("\n");
    },
  };
}

const notes = (cache: string): readonly string[] => [
  "graft models NAME tells all about one: source, view of pictures, accuracy, how to use it.",
  "top-1: percent, as published, of the data named beside it. local: needs no download.",
  `Fetched models are kept in ${cache}.`,
];

type Column = {
  readonly head: string;
  readonly cell: (model: ModelFacts) => string;
  /** Left out where the line is too long: the lowest goes first. Default: it always stays. */
  readonly worth?: number;
};

const NOTHING = "—";

const columns: readonly Column[] = [
  { head: "name", cell: ({ name, isDefault }) => (isDefault ? `${name} (default)` : name) },
  { head: "parameters", cell: parametersText, worth: 2 },
  { head: "size", cell: ({ bytes }) => sizeText(bytes), worth: 4 },
  { head: "input", cell: inputText, worth: 3 },
  { head: "top-1", cell: ({ accuracy: [best] }) => best?.top1.toFixed(2) ?? NOTHING },
  { head: "on", cell: ({ accuracy: [best] }) => best?.data.split(",")[0] ?? "", worth: 6 },
  { head: "licence", cell: ({ licence }) => licence, worth: 5 },
  { head: "local", cell: ({ available }) => (available ? "yes" : ""), worth: 1 },
];

/** A table of at most `width` characters a line, as long as a name and its accuracy fit. */
function modelList(models: readonly ModelFacts[], width: number): string {
  const [head = "", ...lines] = linesOf(models, columns, width);
  const groups = models.map(familyOf);
  const body = lines.flatMap((line, i) =>
    groups[i] === groups[i - 1] ? [line] : ["", groups[i]!, line],
  );
  return [head, ...body].join("\n");
}

function linesOf(
  models: readonly ModelFacts[],
  shown: readonly Column[],
  width: number,
): readonly string[] {
  const rows = [
    shown.map(({ head }) => head),
    ...models.map((model) => shown.map(({ cell }) => cell(model))),
  ];
  const lines = table(rows)
    .split("\n")
    .map((line) => `  ${line}`);
  if (lines.every((line) => line.length <= width)) return lines;
  const [least] = shown
    .filter(({ worth }) => worth !== undefined)
    .sort((a, b) => a.worth! - b.worth!);
  return least === undefined
    ? lines
    : linesOf(
        models,
        shown.filter((column) => column !== least),
        width,
      );
}

function parametersText({ parameters }: ModelFacts): string {
  return parameters === undefined ? NOTHING : `${(parameters / 1e6).toFixed(1)} M`;
}

function inputText({ input }: ModelFacts): string {
  return "tokens" in input ? `${input.tokens} tokens` : input.pixels.join(" x ");
}

/** Three figures: 4.94 MB, 46.8 MB, 553 MB, 1.34 GB. */
function sizeText(bytes: number): string {
  const [value, unit] = bytes < 999.5e6 ? [bytes / 1e6, "MB"] : [bytes / 1e9, "GB"];
  return `${value.toPrecision(3)} ${unit}`;
}
