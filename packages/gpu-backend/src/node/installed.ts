import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export type Installed = { readonly folder: string; readonly version: string };

/**
 * Where a package lies, seen from `from` (a file's URL), without loading it; undefined when it isn't
 * there. Looks where `import` looks: NODE_PATH and global folders don't count.
 */
export function findInstalled(name: string, from: string | URL): Installed | undefined {
  for (let at = new URL(".", from); ; at = new URL("..", at)) {
    const folder = fileURLToPath(new URL(`node_modules/${name}`, at));
    if (existsSync(`${folder}/package.json`)) {
      const text = readFileSync(`${folder}/package.json`, "utf8");
      const { version = "unknown" } = JSON.parse(text) as { version?: string };
      return { folder, version };
    }
    if (new URL("..", at).href === at.href) return undefined;
  }
}
