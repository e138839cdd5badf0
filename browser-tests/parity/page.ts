import type { Engine } from "@graft-ml/core";
import { acquire } from "@graft-ml/gpu-backend";
import type { Pictures } from "./pictures.js";
import { type PictureCase, type Trained, trainPictures } from "./train-pictures.js";
import { trainTexts } from "./train-texts.js";

/** What a test of Node calls in the page. Bytes come from the page's own site. */
export type ParityPage = {
  open(options: { device: string; threads: number }): Promise<void>;
  pictures(about: PictureCase & Omit<Pictures, "pixels" | "labels">): Promise<Trained>;
  texts(): Promise<Trained>;
};

let engine: Engine;

async function bytesOf(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(name);
  if (!response.ok) throw new Error(`There is no ${name} on the site.`);
  return new Uint8Array(await response.arrayBuffer());
}

const parity: ParityPage = {
  async open(options) {
    engine = await acquire(options);
  },
  async pictures({ count, size, classes, ...about }) {
    const pixels = await bytesOf("pixels.bin");
    const labels = new Int32Array((await bytesOf("labels.bin")).buffer);
    const pictures = { count, size, classes, pixels, labels };
    return trainPictures(engine, await bytesOf("pictures.safetensors"), { ...about, pictures });
  },
  async texts() {
    const tokenizer: unknown = await (await fetch("tokenizer.json")).json();
    return trainTexts(engine, await bytesOf("texts.safetensors"), tokenizer);
  },
};

Object.assign(globalThis, { parity });
