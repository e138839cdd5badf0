import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Reads a golden file beside a test. */
export const readGolden = <T>(testUrl: string, path: string): T =>
  JSON.parse(readFileSync(fileURLToPath(new URL(path, testUrl)), "utf8")) as T;
