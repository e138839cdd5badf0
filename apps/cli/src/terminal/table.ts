/** A number, with a unit or without; or the dash for one that nobody knows. */
const NUMBER = /^(?:-?[\d.,]+(?: (?:%|[kMG]B?|B))?|—)$/;

/** Rows as columns of equal width; a cell that holds a number stands to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  }
  const pad = (cell: string, i: number): string =>
    NUMBER.test(cell) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!);
  return rows.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}
