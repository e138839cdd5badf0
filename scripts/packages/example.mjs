import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The first TypeScript block of a package's README: its example, at most 15 lines. */
export function readmeExample(folder) {
  const readme = readFileSync(join(folder, "README.md"), "utf8");
  const [, example] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  if (example === undefined) throw new Error(`${folder}/README.md has no example in TypeScript`);
  return example;
}
