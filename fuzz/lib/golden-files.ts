import { readFileSync } from "node:fs";

type Golden = { files: Readonly<Record<string, { base64: string }>> };

/** The files in a golden file of core's tests, by their names there. */
export function goldenFiles(path: string, choose: (name: string) => boolean): Uint8Array[] {
  const url = new URL(`../../packages/core/src/weights/${path}`, import.meta.url);
  const { files }: Golden = JSON.parse(readFileSync(url, "utf8"));
  return Object.entries(files)
    .filter(([name]) => choose(name))
    .map(([, { base64 }]) => new Uint8Array(Buffer.from(base64, "base64")));
}
