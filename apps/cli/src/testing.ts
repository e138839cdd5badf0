import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import {
  createBert,
  createModel,
  encodeSafetensors,
  type FloatWeights,
  initWeights,
  modelFromConfig,
  writeSafetensors,
} from "@graft-ml/core";
import { trainWordPiece } from "@graft-ml/nlp";
import { saveTokenizer } from "@graft-ml/nlp/node";
import sharp from "sharp";
import type { Launch } from "./command.js";

/** All that a generator gives. */
export async function collect<T>(events: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const event of events) all.push(event);
  return all;
}

type Parsed = { parseAsync(args: readonly string[], from: { from: "user" }): Promise<unknown> };
type Commands = (launch: Launch) => { exitOverride(): Parsed };

/** The events of one command on the plain CPU engine; `input` is what stands on standard input. */
export async function eventsOf(
  command: Commands,
  args: readonly string[],
  input = "",
): Promise<readonly { readonly type: string }[]> {
  let events: readonly { readonly type: string }[] = [];
  const launch: Launch = async (_, work) => {
    const { signal } = new AbortController();
    const stdin = input === "" ? process.stdin : Readable.from([input]);
    events = await collect(work({ signal, stdin }));
  };
  await command(launch)
    .exitOverride()
    .parseAsync([...args, "--device", "cpu"], { from: "user" });
  return events;
}

/** A folder of its own for each caller; `remove` takes it away. */
export async function scratchFolder(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "graft-cli-"));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

const tints = { red: [200, 40, 40], green: [40, 200, 40], blue: [40, 40, 200] } as const;

/** A folder per class of small tinted pictures, some noise on each: red/00.png and so on. */
export async function makePictures(folder: string, perClass: number): Promise<string> {
  for (const [name, tint] of Object.entries(tints)) {
    await mkdir(join(folder, name), { recursive: true });
    for (let i = 0; i < perClass; i++) {
      const bytes = Uint8Array.from({ length: 20 * 24 * 3 }, (_, at) => {
        const noise = Math.imul(at + 7919 * i, 2654435761) >>> 26;
        return tint[at % 3]! + noise - 32;
      });
      const file = join(folder, name, `${String(i).padStart(2, "0")}.png`);
      await sharp(bytes, { raw: { width: 20, height: 24, channels: 3 } })
        .png()
        .toFile(file);
    }
  }
  return folder;
}

const config = { blocks: 1, widths: [4, 6, 8], num_classes: 5 };

/** A model folder with a tiny untrained ResNet; `change` may spoil its weights. */
export async function makeBackbone(
  folder: string,
  change: (weights: FloatWeights) => FloatWeights = (weights) => weights,
): Promise<string> {
  const model = createModel("resnet_cifar", { blocks: 1, widths: [4, 6, 8], numClasses: 5 });
  await mkdir(folder, { recursive: true });
  const parts = encodeSafetensors(change(initWeights(model, { seed: 3 })));
  await writeFile(join(folder, "model.safetensors"), Buffer.concat(parts));
  const preprocess = { input_size: [3, 16, 16], crop_pct: 1 };
  const text = JSON.stringify({ architecture: "resnet_cifar", ...config, ...preprocess });
  await writeFile(join(folder, "config.json"), text);
  return folder;
}

/** A small BERT with random weights and a tokenizer trained on these texts, as a model folder. */
export async function makeTextBackbone(folder: string, texts: readonly string[]): Promise<string> {
  const settings = await trainWordPiece({ texts, vocabularySize: 200, maxLength: 32 });
  await saveTokenizer(folder, settings);
  const { config } = createBert("bert_tiny", {
    head: "masked",
    vocabSize: settings.vocabulary.size,
  });
  const model = modelFromConfig({
    ...config,
    hidden_size: 16,
    num_attention_heads: 2,
    intermediate_size: 32,
    max_position_embeddings: 32,
    hidden_dropout_prob: 0,
    attention_probs_dropout_prob: 0,
    // Wide enough that words differ before anything is learned.
    initializer_range: 0.2,
  });
  const weights = writeSafetensors(initWeights(model, { seed: 1 }), { format: "pt" });
  await writeFile(join(folder, "model.safetensors"), weights);
  await writeFile(join(folder, "config.json"), JSON.stringify(model.config));
  return folder;
}

export type Ended = {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** The built command. */
export const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));

/** The built command as a child process; `seen` resolves when its output holds some text. */
export function start(args: readonly string[], { input = "" } = {}) {
  if (!existsSync(bin)) throw new Error(`${bin} is not there: build first, with npm run setup`);
  const child: ChildProcess = spawn(process.execPath, [bin, ...args], { stdio: "pipe" });
  const output = { stdout: "", stderr: "" };
  const waiting: { text: string; resolve: () => void }[] = [];
  const hear = (stream: "stdout" | "stderr") => (chunk: Buffer) => {
    output[stream] += chunk.toString();
    for (const one of waiting)
      if (output.stdout.includes(one.text) || output.stderr.includes(one.text)) one.resolve();
  };
  child.stdout?.on("data", hear("stdout"));
  child.stderr?.on("data", hear("stderr"));
  child.stdin?.end(input);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, ...output }));
  });
  return {
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    ended,
    seen: (text: string) =>
      Promise.race([new Promise<void>((resolve) => waiting.push({ text, resolve })), ended]),
  };
}

/** Runs the built command to its end. */
export const graft = (args: readonly string[], options?: { input?: string }): Promise<Ended> =>
  start(args, options).ended;

/** The objects of JSON lines. */
export const lines = (text: string): Record<string, unknown>[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
