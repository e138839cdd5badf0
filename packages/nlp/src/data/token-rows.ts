import { basename } from "node:path";
import type { Json } from "@graft-ml/core";
import { labelOf } from "./answers.js";
import type { SkippedText } from "./dataset.js";
import type { RawSentence } from "./read-tagged.js";
import { type OpenRowsOptions, openRows } from "./rows/open-rows.js";
import { type BadRow, cellOf, invalidFile, isBad, type Row } from "./rows/row.js";

/** Columns of tags, the best known name first. */
const tagColumns = ["tags", "ner_tags", "labels", "pos_tags", "chunk_tags"];

/**
 * Sentences of a JSON, JSONL or parquet table with the columns `tokens` and `tags` (or `ner_tags`), lists
 * both. Tags that are numbers need the names they count. Throws `dataset-invalid`.
 */
export async function* tokenRows(
  path: string,
  options: OpenRowsOptions & { label?: string; names?: readonly string[] },
): AsyncGenerator<readonly (RawSentence | SkippedText)[], void> {
  const file = await openRows(path, options);
  let column = options.label;
  for await (const rows of file.rows()) {
    column ??= findTags(path, rows.find((row) => !isBad(row)) as Row | undefined);
    const known = column;
    yield rows.map((row) => sentenceOf(row, { ...options, file: basename(path), column: known }));
  }

  function findTags(of: string, row: Row | undefined): string {
    const columns = Object.keys(row?.cells ?? {});
    const found = tagColumns.find((each) => columns.includes(each));
    if (found === undefined || !columns.includes("tokens")) {
      throw invalidFile(
        of,
        `has the columns ${columns.join(", ")}, but needs "tokens" and "tags". Name the column of tags: label.`,
      );
    }
    if (options.names === undefined && row && hasNumbers(cellOf(row, found))) {
      throw invalidFile(
        of,
        `has numbers as tags in "${found}". Pass the names that they count: names.`,
      );
    }
    return found;
  }
}

function sentenceOf(
  row: Row | BadRow,
  { file, column, names }: { file: string; column: string; names?: readonly string[] },
): RawSentence | SkippedText {
  const name = `${file}:${row.line}`;
  if (isBad(row)) return { name, reason: row.problem };
  const tokens = strings(cellOf(row, "tokens"));
  const tags = strings(cellOf(row, column), names);
  if (!tokens || tokens.length === 0) return { name, reason: 'has no list in the column "tokens"' };
  if (!tags) return { name, reason: `has no list of tags in the column "${column}"` };
  if (tags.length !== tokens.length) {
    return { name, reason: `has ${tokens.length} tokens, but ${tags.length} tags` };
  }
  return { name, line: row.line, tokens, tags };
}

const hasNumbers = (cell: Json): boolean =>
  Array.isArray(cell) && cell.some((each) => typeof each === "number");

/** A list's strings; numbers are the places of `names`. */
function strings(cell: Json, names?: readonly string[]): readonly string[] | undefined {
  if (!Array.isArray(cell)) return undefined;
  const found = cell.map((each: Json) =>
    typeof each === "number" && names
      ? names[each]
      : typeof each === "string"
        ? each
        : labelOf(each),
  );
  return found.every((each) => each !== undefined) ? found : undefined;
}
