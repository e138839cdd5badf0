import { basename } from "node:path";
import type { QuestionSample, SkippedText } from "./dataset.js";
import { type OpenRowsOptions, openRows } from "./rows/open-rows.js";
import { isBad } from "./rows/row.js";
import { readQuestion } from "./squad.js";

/**
 * Questions of a JSONL or parquet table with the columns `question`, `context`, `answers` and maybe `id`
 * and `title`, as SQuAD stands in tables. Throws `source-not-found` and `dataset-invalid`.
 */
export async function* questionRows(
  path: string,
  options: OpenRowsOptions & { moved: string[] },
): AsyncGenerator<readonly (QuestionSample | SkippedText)[], void> {
  const file = basename(path);
  const rows = await openRows(path, options);
  for await (const group of rows.rows()) {
    yield group.map((row) => {
      if (isBad(row)) return { name: `${file}:${row.line}`, reason: row.problem };
      const { title } = row.cells;
      const article = typeof title === "string" ? { group: `${file} ${title}` } : {};
      return readQuestion(row.cells, { file, place: row.line, moved: options.moved, ...article });
    });
  }
}
