import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import * as tf from "@tensorflow/tfjs-core";
import type { Availability } from "../device.js";
import { findInstalled, type Installed } from "./installed.js";

export type TfjsNodePackage = "@tensorflow/tfjs-node-gpu" | "@tensorflow/tfjs-node";

type Surroundings = {
  /** A file whose packages count. Default: this one. */
  from?: string | URL;
  /** Default: of the Node that runs. */
  nodeMajor?: number;
};

/**
 * Says whether one of TensorFlow's Node bindings works here. What can be told from files is told
 * without loading it: loading a half-installed one fails in ways that explain nothing.
 */
export async function probeTfjsNode(
  name: TfjsNodePackage,
  { from = import.meta.url, nodeMajor = currentMajor() }: Surroundings = {},
): Promise<Availability & { description: string }> {
  const found = findInstalled(name, from);
  const description = `TensorFlow through ${name}${found ? ` ${found.version}` : ""}, operation by operation`;
  const obstacle = found
    ? (fromFiles(name, found, nodeMajor) ?? (await load(name, found)))
    : { reason: `${name} is not installed`, install: `npm install ${name}` };
  return obstacle
    ? { available: false, description, ...obstacle }
    : { available: true, description };
}

type Obstacle = { readonly reason: string; readonly install?: string };

function fromFiles(name: string, { folder }: Installed, nodeMajor: number): Obstacle | undefined {
  if (!hasBinding(folder)) {
    return {
      reason: `${name} is there without its binding: its install script, which downloads TensorFlow, did not run`,
      install: `npm rebuild ${name}`,
    };
  }
  if (nodeMajor < 23) return undefined;
  return {
    reason: `${name} does not work on Node ${nodeMajor}: it calls functions that Node 23 removed`,
  };
}

function hasBinding(folder: string): boolean {
  const lib = `${folder}/lib`;
  return (
    existsSync(lib) &&
    readdirSync(lib).some(
      (entry) => entry.startsWith("napi-v") && existsSync(`${lib}/${entry}/tfjs_binding.node`),
    )
  );
}

/** Loads the package, which registers the backend "tensorflow"; says what went wrong. */
async function load(name: string, { folder }: Installed): Promise<Obstacle | undefined> {
  try {
    await import(pathToFileURL(createRequire(import.meta.url).resolve(folder)).href);
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    const what = code === "ERR_DLOPEN_FAILED" ? "'s native library" : "";
    return { reason: `${name}${what} did not load: ${message.split("\n")[0]}` };
  }
  const backend = tf.findBackend("tensorflow") as { isUsingGpuDevice?: boolean } | null;
  if (backend === null) {
    return {
      reason: `${name} loaded, but brought another copy of tfjs-core: install one version of both`,
    };
  }
  return name.endsWith("-gpu") && backend.isUsingGpuDevice !== true
    ? { reason: `${name} found no GPU: CUDA or its driver is missing` }
    : undefined;
}

const currentMajor = (): number => Number(process.versions.node.split(".")[0]);
