// VGG-16's 25,088 features of one picture, file to numbers, against Pillow and PyTorch on the same random weights:
// by examples/extract-vgg16.ts on PyTorch's and on Keras's file, and by `graft extract`.
//   pnpm --filter @graft-ml/benchmarks exec tsx vgg-features.ts [PICTURE] [--seed 0]
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readSafetensors } from "@graft-ml/core";
import { findRegistered } from "@graft-ml/zoo";
import { sharedFolder } from "./lib/networks.js";
import { markdownTable, type Row } from "./lib/report.js";

const PROMISE = 1e-4;
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: "string", default: "0" } },
});
const sample = sharedFolder("data/images/imagenet-sample-1000/n01440764_tench.jpg");
const picture = resolve(positionals[0] ?? sample);
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "graft-vgg-features-"));
const at = (...names: string[]) => join(folder, ...names);

function byExample(weights: string): readonly number[] {
  const args = [
    "--import",
    "tsx",
    here("../examples/extract-vgg16.ts"),
    picture,
    weights,
    "--json",
  ];
  const printed = execFileSync(process.execPath, args, { maxBuffer: 16e6, cwd: here(".") });
  return JSON.parse(printed.toString()) as number[];
}

async function byCommand(weights: string, layer: string): Promise<ArrayLike<number>> {
  await writeFile(at("torch", "config.json"), JSON.stringify(findRegistered("vgg16")?.config));
  const out = at("features.safetensors");
  const flags = ["--backbone", weights, "--layer", layer, "--flatten", "--quiet", "--out", out];
  const args = [here("../apps/cli/dist/bin.js"), "extract", picture, ...flags];
  execFileSync(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  return readSafetensors(await readFile(out)).weights.features?.data as Float32Array;
}

async function floats(file: string): Promise<Float32Array> {
  const { buffer, byteOffset, byteLength } = await readFile(at(file));
  return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
}

/** Largest difference over the larger of the value and the mean square root of all. */
function compare(ours: string, actual: ArrayLike<number>, expected: Float32Array): Row {
  const typical = Math.sqrt(expected.reduce((sum, value) => sum + value ** 2, 0) / expected.length);
  const error = expected.reduce((most, value, index) => {
    const each = Math.abs(actual[index]! - value) / Math.max(Math.abs(value), typical);
    return Number.isNaN(each) ? Number.POSITIVE_INFINITY : Math.max(most, each);
  }, 0);
  const right = actual.length === expected.length && error < PROMISE;
  const nonzero = expected.filter((value) => value !== 0).length;
  return {
    ours,
    features: actual.length,
    "PyTorch's, not 0": nonzero,
    "largest relative error": error.toExponential(1),
    within: right ? "yes" : "NO",
  };
}

try {
  execFileSync("/usr/bin/python3", [
    here("peers/vgg-features.py"),
    ...[folder, picture, options.seed],
  ]);
  const reference = await floats("torch.bin");
  const channelsLast = Float32Array.from(reference, (_, index) => {
    const [place, channel] = [Math.floor(index / 512), index % 512];
    return reference[channel * 49 + place]!;
  });
  const rows = [
    compare("example, .pth", byExample(at("torch", "vgg16.pth")), reference),
    compare("example, Keras's .h5", byExample(at("keras.h5")), await floats("keras.bin")),
    compare("extract, flatten", await byCommand(at("torch"), "flatten"), reference),
    compare("extract, block5 --flatten", await byCommand(at("torch"), "block5"), channelsLast),
  ];
  console.log(markdownTable(rows));
  if (rows.some((row) => row.within !== "yes")) {
    console.error(`Not within ${PROMISE}.`);
    process.exitCode = 1;
  }
} finally {
  await rm(folder, { recursive: true });
}
