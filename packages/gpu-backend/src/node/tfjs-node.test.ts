import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, expect, test } from "vitest";
import { probeTfjsNode } from "./tfjs-node.js";

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

/** A project with these files under node_modules/NAME. */
function project(name: string, files: Readonly<Record<string, string>>): URL {
  const root = mkdtempSync(join(tmpdir(), "graft-"));
  made.push(root);
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, "node_modules", name, path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, text);
  }
  return pathToFileURL(join(root, "index.js"));
}

const name = "@tensorflow/tfjs-node-gpu";
const manifest = JSON.stringify({ name, version: "4.22.0", main: "index.js" });
const binding = { "lib/napi-v8/tfjs_binding.node": "" };

test("a package that isn't there can be installed", async () => {
  expect(await probeTfjsNode(name, { from: project("other", {}) })).toEqual({
    available: false,
    description: "TensorFlow through @tensorflow/tfjs-node-gpu, operation by operation",
    reason: "@tensorflow/tfjs-node-gpu is not installed",
    install: "npm install @tensorflow/tfjs-node-gpu",
  });
});

test("a package whose install script did not run is told from its files", async () => {
  const from = project(name, { "package.json": manifest, "index.js": "throw new Error('loaded')" });
  const probe = await probeTfjsNode(name, { from });
  expect(probe).toMatchObject({
    available: false,
    reason: expect.stringMatching(/without its binding/),
  });
  expect(probe.description).toContain("4.22.0");
});

test("a Node that it can't work on is told before loading it", async () => {
  const from = project(name, {
    ...binding,
    "package.json": manifest,
    "index.js": "throw new Error('loaded')",
  });
  expect(await probeTfjsNode(name, { from, nodeMajor: 24 })).toMatchObject({
    available: false,
    reason: expect.stringMatching(/does not work on Node 24/),
  });
});

test.each([
  [
    "throw Object.assign(new Error('libtensorflow.so.2: no such file'), { code: 'ERR_DLOPEN_FAILED' })",
    /native library did not load: libtensorflow/,
  ],
  ["throw new Error('something else')", /did not load: something else/],
  ["", /another copy of tfjs-core/],
])("what loading it says is passed on: %s", async (index, reason) => {
  const from = project(name, { ...binding, "package.json": manifest, "index.js": index });
  expect(await probeTfjsNode(name, { from, nodeMajor: 20 })).toMatchObject({
    available: false,
    reason: expect.stringMatching(reason),
  });
});
