import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";

export type Row = Readonly<Record<string, string | number>>;

export function markdownTable(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  return [
    line(columns),
    line(columns.map(() => "---")),
    ...rows.map((row) => line(columns.map((column) => row[column] ?? ""))),
  ].join("\n");
}

/** Writes `results/NAME.md`: the table, the command that made it and the machine it ran on. */
export async function writeResult(
  name: string,
  { command, notes, rows }: { command: string; notes: readonly string[]; rows: readonly Row[] },
): Promise<void> {
  const machine = `${cpus().length} cores, ${cpus()[0]?.model ?? "unknown processor"}, Node ${process.version}`;
  const text = [
    `# ${name}`,
    "",
    `Made by \`${command}\` on ${machine}.`,
    "",
    markdownTable(rows),
    "",
    ...notes.map((note) => `- ${note}`),
    "",
  ].join("\n");
  await writeFile(fileURLToPath(new URL(`../results/${name}.md`, import.meta.url)), text);
}
