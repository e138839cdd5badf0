import type { Json } from "@graft-ml/core";

/** A class's name as a cell tells it; undefined where the cell is empty or no single value. */
export function labelOf(cell: Json): string | undefined {
  if (typeof cell === "number" || typeof cell === "boolean") return String(cell);
  const label = typeof cell === "string" ? cell.trim() : "";
  return label === "" ? undefined : label;
}

/** A cell's labels: a list as it is, a text cut at the separator. */
export function labelsOf(cell: Json, separator: string): readonly string[] {
  const parts = Array.isArray(cell) ? cell : String(labelOf(cell) ?? "").split(separator);
  return [...new Set(parts.flatMap((part: Json) => labelOf(part) ?? []))];
}

/** A cell's number; undefined where it has none. */
export function numberOf(cell: Json): number | undefined {
  const label = labelOf(cell);
  const value = typeof cell === "boolean" || label === undefined ? Number.NaN : Number(label);
  return Number.isFinite(value) ? value : undefined;
}

/** Names in the order that classes have: by value where all are numbers, else by code unit. */
export function sortedNames(names: Iterable<string>): readonly string[] {
  const all = [...new Set(names)];
  const areNumbers = all.every((name) => Number.isFinite(Number(name)));
  return areNumbers ? all.sort((a, b) => Number(a) - Number(b)) : all.sort();
}

const separators = ["|", ";", ","];

/** What stands between labels in these cells: the first of | ; , that is found in any. */
export const findSeparator = (cells: readonly Json[]): string =>
  separators.find((mark) =>
    cells.some((cell) => typeof cell === "string" && cell.includes(mark)),
  ) ?? "|";
