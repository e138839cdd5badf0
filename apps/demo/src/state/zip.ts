import { type Remote, transfer, wrap } from "comlink";
import type { GivenFile, KeptFile } from "../studio/studio.js";
import type { Zipper } from "./zip-worker.js";

/** Packs files into an archive, off the page's thread; their bytes are handed over. */
export const zip = (files: readonly KeptFile[]): Promise<Blob> =>
  withZipper((zipper) =>
    zipper.zip(
      transfer(
        files,
        files.map(({ bytes }) => bytes.buffer),
      ),
    ),
  );

export const unzip = (archive: Blob): Promise<readonly GivenFile[]> =>
  withZipper((zipper) => zipper.unzip(archive));

async function withZipper<T>(work: (zipper: Remote<Zipper>) => Promise<T>): Promise<T> {
  const worker = new Worker(new URL("./zip-worker.ts", import.meta.url), { type: "module" });
  try {
    return await work(wrap<Zipper>(worker));
  } finally {
    worker.terminate();
  }
}
