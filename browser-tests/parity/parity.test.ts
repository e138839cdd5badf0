import "@tensorflow/tfjs-backend-cpu";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Engine } from "@graft-ml/core";
import { acquire } from "@graft-ml/gpu-backend";
import { defaultBackbone } from "@graft-ml/zoo";
import { readAsset, readTokenizer } from "@graft-ml/zoo/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundlePage } from "../harness/bundle.js";
import { noChromium } from "../harness/chromium.js";
import { type OpenPage, openPage } from "../harness/page.js";
import type { ParityPage } from "./page.js";
import { photographs } from "./photographs.js";
import { drawPictures, type Pictures } from "./pictures.js";
import { type Trained, trainPictures } from "./train-pictures.js";
import { trainTexts } from "./train-texts.js";

declare const parity: ParityPage;

/** Float32 in another order of sums; a training of 50 steps may carry it on. */
const LOSS_APART = 1e-3;
const threads = 1;
const run = { trained: 80, batchSize: 16, steps: 50 };
const count = run.trained + 200;

/** GRAFT_PARITY=photographs: real pictures in the network's own size, where they are beside the checkout. */
const readPictures = async (): Promise<Pictures> =>
  process.env.GRAFT_PARITY === "photographs" ? photographs(count, 112) : drawPictures(count, 48);

/** GRAFT_PARITY=webgpu: the page computes on Chromium's software adapter, which takes minutes. */
const webgpu = process.env.GRAFT_PARITY === "webgpu";
const device = webgpu ? "webgpu" : "wasm";

describe.skipIf(noChromium)(
  "the same training in Node and in Chromium",
  { timeout: 900_000 },
  () => {
    let folder: string;
    let open: OpenPage;
    let pictures: Pictures;
    let native: Engine;
    let wasm: Engine;

    beforeAll(async () => {
      folder = await bundlePage(new URL("page.ts", import.meta.url));
      pictures = await readPictures();
      const files = {
        "pixels.bin": pictures.pixels,
        "labels.bin": new Uint8Array(pictures.labels.buffer),
        "pictures.safetensors": await readAsset(defaultBackbone()),
        "texts.safetensors": await readAsset(defaultBackbone("texts")),
        "tokenizer.json": (await readTokenizer(defaultBackbone("texts")))["tokenizer.json"]!,
      };
      for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
      native = await acquire({ device: "native", threads });
      wasm = await acquire({ device: "wasm", threads });
      open = await openPage(folder, { ready: "parity", webgpu });
      await open.page.evaluate((options) => parity.open(options), { device, threads });
    }, 180_000);

    afterAll(async () => {
      await Promise.all([native, wasm, open].map((one) => one?.close()));
      if (folder !== undefined) await rm(folder, { recursive: true });
    });

    test.for(["probe", "finetune"] as const)(
      "%s of the zoo's network for pictures",
      async (strategy, { annotate }) => {
        const asset = await readAsset(defaultBackbone());
        const { pixels: _, labels, ...known } = pictures;
        const about = { ...run, strategy };
        const here = (engine: Engine) => trainPictures(engine, asset, { ...about, pictures });
        const reference = await here(native);
        expect(reference.losses).toHaveLength(run.steps);
        expect(reference.losses.at(-1)!).toBeLessThan(reference.losses[0]! / 2);
        const right = reference.predictions.filter(
          ({ label }, i) => label === pictures.classes[labels[run.trained + i]!],
        );
        expect(right.length / reference.predictions.length).toBeGreaterThan(0.4);
        await annotate(`Node, wasm: ${apart(reference, await here(wasm))}`);
        const inPage = await open.page.evaluate((all) => parity.pictures(all), {
          ...about,
          ...known,
        });
        await annotate(`Chromium, ${device}: ${apart(reference, inPage)}`);
      },
    );

    test("all of the zoo's BERT, its word vectors too", async ({ annotate }) => {
      const entry = defaultBackbone("texts");
      const asset = await readAsset(entry);
      const tokenizer: unknown = JSON.parse((await readTokenizer(entry))["tokenizer.json"]!);
      const reference = await trainTexts(native, asset, tokenizer);
      expect(reference.losses.at(-1)!).toBeLessThan(0.8 * reference.losses[0]!);
      await annotate(`Node, wasm: ${apart(reference, await trainTexts(wasm, asset, tokenizer))}`);
      const inPage = await open.page.evaluate(() => parity.texts());
      await annotate(`Chromium, ${device}: ${apart(reference, inPage)}`);
    });
  },
);

/** Expects the same of two trainings, and says how much the same. */
function apart(reference: Trained, other: Trained): string {
  const losses = reference.losses.map((loss, step) => Math.abs(loss - other.losses[step]!));
  const scores = reference.predictions.map(({ score }, i) =>
    Math.abs(score - other.predictions[i]!.score),
  );
  const labels = ({ predictions }: Trained) => predictions.map(({ label }) => label);
  expect(other.losses).toHaveLength(reference.losses.length);
  expect(Math.max(...losses)).toBeLessThan(LOSS_APART);
  expect(labels(other)).toEqual(labels(reference));
  const [loss, score] = [losses, scores].map((gaps) => Math.max(...gaps).toExponential(1));
  return `losses of ${losses.length} steps at most ${loss} from native's, probabilities of ${scores.length} samples ${score}; ${other.seconds.toFixed(1)} s, native ${reference.seconds.toFixed(1)} s`;
}
