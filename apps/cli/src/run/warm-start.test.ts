import { cp, mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createModel, encodeSafetensors, initWeights } from "@graft-ml/core";
import { acquire } from "@graft-ml/gpu-backend";
import { openClassifier } from "@graft-ml/vision";
import { decodePicture } from "@graft-ml/vision/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { train } from "../commands/train.js";
import { preprocessOf } from "../source/model-input.js";
import { openModel } from "../source/model-source.js";
import { warmLine } from "../terminal/warm-view.js";
import { collect, makeBackbone, makePictures, scratchFolder } from "../testing.js";
import { type Prepared, prepare } from "./prepare.js";
import { resolveOptions } from "./train-options.js";
import type { WarmEvent } from "./warm-start.js";

let [folder, data, backbone, old] = ["", "", "", ""];
let remove: () => Promise<void>;
const context = { signal: new AbortController().signal, stdin: (async function* () {})() };

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  data = await makePictures(join(folder, "pictures"), 6);
  backbone = await makeBackbone(join(folder, "backbone"));
  old = join(folder, "old");
  await collect(train({ data, backbone, device: "cpu", epochs: 4, lr: 0.02, out: old }, context));
}, 180_000);
afterAll(() => remove());

async function begin(given: Parameters<typeof resolveOptions>[0]) {
  const options = resolveOptions({ data, warmStart: old, ...given }, {}, () => "none");
  const events: { type: string }[] = [];
  const preparing = prepare(options, context.signal);
  for (;;) {
    const { done, value } = await preparing.next();
    if (done) return { prepared: value, warm: events.find(isWarm)! };
    events.push(value);
  }
}
const isWarm = (event: { type: string }): event is WarmEvent => event.type === "warm-started";

async function scores({ source, model }: Pick<Prepared, "source" | "model">, names: string[]) {
  const engine = await acquire({ device: "cpu" });
  try {
    const classes = names;
    const preprocess = preprocessOf(source.input);
    const classifier = await openClassifier({ ...source, preprocess, model, engine, classes });
    const picture = await decodePicture(join(data, "green", "01.png"));
    const [{ top } = { top: [] }] = await classifier.predict([picture], { top: 9 });
    await classifier.close();
    return new Map(top.map(({ label, score }) => [label, score]));
  } finally {
    await engine.close();
  }
}

async function oldScores() {
  const opening = openModel(old);
  for (;;) {
    const { done, value } = await opening.next();
    if (done) return scores({ source: value, model: value.model }, ["blue", "green", "red"]);
  }
}

test("with the same classes the model begins with the old scores, to the bit", async () => {
  const { prepared, warm } = await begin({});
  expect(warm).toMatchObject({ known: ["blue", "green", "red"], fresh: [], dropped: [] });
  expect(await scores(prepared, ["blue", "green", "red"])).toEqual(await oldScores());
}, 30_000);

test("in another order, with a new class and without an old one, the others keep their logits", async () => {
  const other = join(folder, "other");
  await cp(data, other, { recursive: true });
  await rename(join(other, "red"), join(other, "aqua"));
  const { prepared, warm } = await begin({ data: other });
  expect(warm).toMatchObject({ known: ["blue", "green"], fresh: ["aqua"], dropped: ["red"] });
  expect(warmLine(warm)).toMatch(/: 2 of 3 classes known; new: aqua; dropped: red$/);
  const [now, before] = [await scores(prepared, ["aqua", "blue", "green"]), await oldScores()];
  const ratio = (of: ReadonlyMap<string, number>) => of.get("blue")! / of.get("green")!;
  expect(ratio(now) / ratio(before)).toBeCloseTo(1, 5);

  const out = join(folder, "warm");
  const events = await collect(
    train({ data: other, warmStart: old, device: "cpu", epochs: 2, out }, context),
  );
  expect(events.at(-1)).toMatchObject({ type: "train-end", run: out });
}, 30_000);

test("another architecture and another start are refused", async () => {
  const wide = join(folder, "wide");
  const model = createModel("resnet_cifar", { blocks: 1, widths: [4, 6, 9], numClasses: 5 });
  await mkdir(wide);
  await writeFile(
    join(wide, "model.safetensors"),
    Buffer.concat(encodeSafetensors(initWeights(model, { seed: 3 }))),
  );
  const config = { architecture: "resnet_cifar", blocks: 1, widths: [4, 6, 9], num_classes: 5 };
  await writeFile(
    join(wide, "config.json"),
    JSON.stringify({ ...config, input_size: [3, 16, 16] }),
  );
  await expect(begin({ backbone: wide })).rejects.toThrow(
    /resnet_cifar of another size: a warm start goes on with the same architecture/,
  );
  await expect(begin({ backbone })).resolves.toBeDefined();
  await expect(begin({ strategy: "scratch" })).rejects.toThrow(/--strategy scratch begins with/);
  const table = join(data, "labels.csv");
  await writeFile(table, "path,labels\nblue/00.png,blue\nred/00.png,red\nred/01.png,red\n");
  const labels = { task: "multi-label", data: table, validation: 0 } as const;
  await expect(begin(labels)).rejects.toThrow(/is for the task image/);
}, 30_000);
