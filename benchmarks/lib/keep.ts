import { appendFileSync, existsSync, readFileSync } from "node:fs";

type Kept = { readonly name: string; readonly value: unknown };

/**
 * Measures each thing once: what a file of lines holds already is taken from there, so that a long run
 * that was cut goes on. Without a file everything is measured.
 */
export function keeper<T>(file?: string): (name: string, measure: () => Promise<T>) => Promise<T> {
  const text = file !== undefined && existsSync(file) ? readFileSync(file, "utf8") : "";
  const lines = text.split("\n").filter(Boolean);
  const kept = new Map(
    lines.map((line) => {
      const { name, value } = JSON.parse(line) as Kept;
      return [name, value as T];
    }),
  );
  return async (name, measure) => {
    const known = kept.get(name);
    if (known !== undefined) return known;
    const value = await measure();
    if (file !== undefined) appendFileSync(file, `${JSON.stringify({ name, value })}\n`);
    return value;
  };
}
