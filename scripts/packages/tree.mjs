import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Every folder under a project's node_modules that holds this package. */
export function copiesOf(name, project) {
  const modules = join(project, "node_modules");
  if (!existsSync(modules)) return [];
  const here = join(modules, name);
  const nested = readdirSync(modules, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .flatMap((entry) =>
      entry.name.startsWith("@")
        ? readdirSync(join(modules, entry.name)).map((inner) => join(modules, entry.name, inner))
        : [join(modules, entry.name)],
    )
    .flatMap((folder) => copiesOf(name, folder));
  return [...(existsSync(here) ? [here] : []), ...nested];
}
