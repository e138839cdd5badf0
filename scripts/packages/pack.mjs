import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { must } from "./run.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Every package that is published: `{ name, folder, manifest }`. */
function publishedPackages() {
  return ["packages", "apps"]
    .flatMap((group) => readdirSync(join(root, group)).map((name) => join(root, group, name)))
    .map((folder) => ({
      folder,
      manifest: JSON.parse(readFileSync(join(folder, "package.json"), "utf8")),
    }))
    .filter(({ manifest }) => !manifest.private)
    .map(({ folder, manifest }) => ({ name: manifest.name, folder, manifest }));
}

/** Packs them all into `destination`, as publishing would: adds `tarball` and `files` to each. */
export function packAll(destination) {
  return publishedPackages().map((one) => {
    const { stdout } = must("pnpm", ["pack", "--json", "--pack-destination", destination], {
      cwd: one.folder,
    });
    const { filename, files } = JSON.parse(stdout);
    return { ...one, tarball: filename, files: files.map(({ path }) => path) };
  });
}

/** A package and those of ours that it needs, at any depth. */
export function withOurs(name, packages) {
  const found = new Set();
  const visit = (wanted) => {
    if (found.has(wanted)) return;
    found.add(wanted);
    const { manifest } = packages.find((one) => one.name === wanted);
    const { dependencies = {}, peerDependencies = {} } = manifest;
    for (const next of Object.keys({ ...dependencies, ...peerDependencies })) {
      if (packages.some((one) => one.name === next)) visit(next);
    }
  };
  visit(name);
  return packages.filter((one) => found.has(one.name));
}
