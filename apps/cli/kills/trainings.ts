import { cp, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createModel, encodeSafetensors, initWeights } from "@graft-ml/core";
import type { Training } from "./trial.js";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const graft = [process.execPath, here("../dist/bin.js")];
const often = ["--save-every", "3", "--save-seconds", "0.2", "--batch-size", "8"];

const short = ["--head-epochs", "3", "--epochs", "4"];

/** What each is to show can be cut anywhere. */
const ways: Readonly<Record<string, readonly string[]>> = {
  "probe, cached views": ["--strategy", "probe", "--views", "3", "--epochs", "12"],
  gradual: ["--strategy", "gradual", "--cut", "layer2", "--patience", "1", ...short],
  "fresh views, mixup, mean, one-cycle": [
    ...["--strategy", "finetune", "--views", "fresh", "--augment", "rand", ...short],
    ...["--mixup", "0.2", "--ema", "0.9", "--schedule", "one-cycle"],
  ],
  adapters: ["--strategy", "finetune", "--learners", "adapters", "--rank", "4", ...short],
  "from scratch, dropout": ["--strategy", "scratch", "--epochs", "6"],
  "going back from divergence": [
    ...["--strategy", "probe", "--epochs", "40", "--warmup", "0.9", "--lr", "200"],
  ],
};

/** Prepares pictures and backbones in a folder. */
export async function makeTrainings(folder: string): Promise<readonly Training[]> {
  const pictures = await fewPictures(join(folder, "pictures"));
  const dropout = await dropoutModel(join(folder, "dropout"));
  return Object.entries(ways).map(([name, args]) => ({
    name,
    graft,
    args: [
      pictures,
      ...often,
      ...args,
      ...(name.includes("dropout") ? ["--backbone", dropout] : []),
    ],
  }));
}

/** Of the command's sample, some of each class and part. */
async function fewPictures(folder: string): Promise<string> {
  const sample = here("../assets/sample");
  for (const [part, count] of [
    ["train", 4],
    ["val", 2],
    ["test", 1],
  ] as const) {
    for (const label of await readdir(join(sample, part))) {
      const names = (await readdir(join(sample, part, label))).sort().slice(0, count);
      for (const name of names) {
        await cp(join(sample, part, label, name), join(folder, part, label, name));
      }
    }
  }
  return folder;
}

/** Untrained: with dropout before its head and live batch norm. */
async function dropoutModel(folder: string): Promise<string> {
  const model = createModel("mobilenet_v1", { widthMultiplier: 0.25, dropout: 0.5, numClasses: 8 });
  await mkdir(folder, { recursive: true });
  const parts = encodeSafetensors(initWeights(model, { seed: 1 }));
  await writeFile(join(folder, "model.safetensors"), Buffer.concat(parts));
  const config = { ...model.config, input_size: [3, 32, 32], crop_pct: 1 };
  await writeFile(join(folder, "config.json"), JSON.stringify(config));
  return folder;
}
