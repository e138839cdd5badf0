import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * A file of the folder of reference data beside the checkout (`../shared`), or undefined where that
 * folder is absent: a test that needs it is skipped then.
 */
export function sharedPath(path: string): string | undefined {
  const root = workspaceRoot(dirname(fileURLToPath(import.meta.url)));
  if (root === undefined) return undefined;
  const found = join(root, "..", "shared", path);
  return existsSync(found) ? found : undefined;
}

function workspaceRoot(folder: string): string | undefined {
  if (existsSync(join(folder, "pnpm-workspace.yaml"))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : workspaceRoot(parent);
}
