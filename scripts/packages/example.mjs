import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The first TypeScript block of a package's README: its example, at most 15 lines. */
export function readmeExample(folder) {
  const readme = readFileSync(join(folder, "README.md"), "utf8");
  const [, example] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  if (example === undefined) throw new Error(`${folder}/README.md has no example in TypeScript`);
  return example;
}

/** What a package's README says to install with npm. */
export function readmeInstalls(folder) {
  const readme = readFileSync(join(folder, "README.md"), "utf8");
  const [, names] = /^npm install (.*)$/m.exec(readme) ?? [];
  if (names === undefined) throw new Error(`${folder}/README.md does not say what to install`);
  return names.split(" ").filter((name) => !name.startsWith("--"));
}
