import { readFile } from "node:fs/promises";
import { GraftError } from "@graft-ml/core";
import type { z } from "zod";

/** Reads JSON that a person or a program wrote and checks its shape; errors name the file and the key. */
export async function readJson<S extends z.ZodType>(
  path: string,
  schema: S,
  code: "config-invalid" | "run-invalid" = "config-invalid",
): Promise<z.infer<S>> {
  const parsed = schema.safeParse(parseJson(path, await readText(path), code));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join(".") || "its top level";
  throw new GraftError(code, `${path} is not as it should be at ${where}: ${issue?.message}.`, {
    details: { path, issues: parsed.error.issues },
  });
}

/** Throws `source-not-found`. */
export const readText = (path: string): Promise<string> =>
  readFile(path, "utf8").catch((cause: unknown) => {
    throw new GraftError("source-not-found", `Can't read ${path}: ${reason(cause)}.`, { cause });
  });

function parseJson(path: string, text: string, code: "config-invalid" | "run-invalid"): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new GraftError(code, `${path} is not JSON: ${reason(cause)}.`, { cause });
  }
}

/** Why something failed, for the middle of a sentence. */
export function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const known: Readonly<Record<string, string>> = {
    ENOENT: "there is no such file or folder",
    EACCES: "permission denied",
    ENOSPC: "the disk is full",
    EISDIR: "it is a folder",
    ENOTDIR: "a part of its path is not a folder",
    EROFS: "the disk is read-only",
  };
  return (code === undefined ? undefined : known[code]) ?? message.replace(/\.$/, "");
}
