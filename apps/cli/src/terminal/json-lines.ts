import { GraftError } from "@graft-ml/core";
import type { z } from "zod";
import { readText } from "../files.js";

/**
 * Reads a file with a JSON value a line and checks each. A last line without its end is left out: it
 * was being written when the run was stopped. Throws `source-not-found`, and `run-invalid` with the line.
 */
export async function readJsonLines<S extends z.ZodType>(
  path: string,
  schema: S,
): Promise<z.infer<S>[]> {
  const lines = (await readText(path)).split("\n").slice(0, -1);
  return lines.map((line, i) => {
    const parsed = schema.safeParse(parsedLine(line));
    if (parsed.success) return parsed.data;
    throw new GraftError(
      "run-invalid",
      `${path} is not as it should be in line ${i + 1}: ${parsed.error.issues[0]?.message}. Restore the file, or remove it.`,
      { details: { path, line: i + 1 } },
    );
  });
}

function parsedLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // Undefined fits no schema, so that the caller's error names the line.
    return undefined;
  }
}
