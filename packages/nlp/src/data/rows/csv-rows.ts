import { type ByteStream, type FileEncoding, openBytes } from "./byte-stream.js";
import { findHeader } from "./header.js";
import { type Record as Found, records } from "./records.js";
import { invalidFile, type RowFile } from "./row.js";
import { csvScanner } from "./scan-csv.js";
import { textRows } from "./text-rows.js";

export type CsvRowsOptions = {
  /** Stands between cells. Default: of , ; tab and | the one that the first line has most of. */
  delimiter?: string;
  /** Whether cells may stand in double quotes. Default: unless tabs stand between cells. */
  quotes?: boolean;
  /** Whether the first row names the columns. Default: decided by `findHeader`, told in `notes`. */
  header?: boolean;
  /** Default: UTF-8, or UTF-16 where the file has its mark. */
  encoding?: FileEncoding;
};

/** The rows of a CSV or TSV file. Throws `source-not-found`, `dataset-invalid` and `dataset-empty`. */
export async function csvRows(path: string, options: CsvRowsOptions = {}): Promise<RowFile> {
  const stream = await openBytes(path, options.encoding);
  const delimiter = options.delimiter ?? (await findDelimiter(stream));
  const quotes = options.quotes ?? delimiter !== "\t";
  const first = await firstRecords(stream, { delimiter, quotes });
  const { columns, isHeader, why } = findHeader(first.map(cellsOf), options.header);
  if (isHeader && "problem" in (first[0] ?? {})) {
    throw invalidFile(
      path,
      `has a bad header: line 1 ${(first[0] as { problem: string }).problem}.`,
    );
  }
  const twice = columns.find((column, place) => columns.indexOf(column) !== place);
  if (twice !== undefined) {
    throw invalidFile(path, `has two columns "${twice}" in its header. Rename one of them.`);
  }
  return textRows({
    path,
    columns,
    notes: [...stream.notes, ...(options.header === undefined ? [`${path}: ${why}`] : [])],
    stream,
    scan: csvScanner({ delimiter, quotes, width: columns.length }),
    toCells: (cells) => columns.map((column, place) => [column, cells[place]!]),
    skip: isHeader ? 1 : 0,
  });
}

const cellsOf = (record: Found): readonly string[] => ("cells" in record ? record.cells : []);

async function firstRecords(
  stream: ByteStream,
  options: { delimiter: string; quotes: boolean },
): Promise<readonly Found[]> {
  for await (const found of records(stream.bytes(), csvScanner(options))) {
    if (found.length > 0) return found;
  }
  return [];
}

async function findDelimiter(stream: ByteStream): Promise<string> {
  const line = await firstLine(stream);
  // What is quoted is text, not structure.
  const bare = line.replaceAll(/"[^"]*"/g, "");
  const counts = [",", ";", "\t", "|"].map((mark) => ({ mark, count: bare.split(mark).length }));
  return counts.reduce((best, each) => (each.count > best.count ? each : best)).mark;
}

async function firstLine(stream: ByteStream): Promise<string> {
  for await (const piece of stream.bytes()) {
    const end = piece.indexOf(10);
    return piece.toString("latin1", 0, end < 0 ? piece.length : end);
  }
  return "";
}
