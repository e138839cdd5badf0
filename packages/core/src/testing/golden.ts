import { readFileSync } from "node:fs";

/** A golden file beside a test: `readGolden<Shape>(import.meta.url, "golden/x.json")`. */
export const readGolden = <T>(testUrl: string, path: string): T =>
  JSON.parse(readFileSync(new URL(path, testUrl), "utf8")) as T;
