import { expose } from "comlink";
import { unzipSync, zipSync } from "fflate";
import type { GivenFile, KeptFile } from "../studio/studio.js";
import { readTable } from "./table.js";

const work = {
  /** Weights hardly shrink, so nothing is compressed. */
  zip(files: readonly KeptFile[]): Blob {
    const entries = Object.fromEntries(files.map(({ path, bytes }) => [path, bytes]));
    return new Blob([zipSync(entries, { level: 0 })], { type: "application/zip" });
  },
  async unzip(archive: Blob): Promise<readonly GivenFile[]> {
    const entries = unzipSync(new Uint8Array(await archive.arrayBuffer()));
    return Object.entries(entries)
      .filter(([path]) => !path.endsWith("/"))
      .map(([path, bytes]) => ({ path, file: new Blob([bytes], { type: typeOf(path) }) }));
  },
  readTable,
};

export type FilesWork = typeof work;

expose(work);

const types: Readonly<Record<string, string>> = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
};

function typeOf(path: string): string {
  return types[path.slice(path.lastIndexOf(".") + 1).toLowerCase()] ?? "";
}
