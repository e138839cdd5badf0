import { type Remote, transfer, wrap } from "comlink";
import type { GivenFile, KeptFile } from "../studio/studio.js";
import type { FilesWork } from "./files-worker.js";
import type { Table } from "./table.js";

/** Packs files into an archive; their bytes are handed over. */
export const zip = (files: readonly KeptFile[]): Promise<Blob> =>
  inWorker((work) =>
    work.zip(
      transfer(
        files,
        files.map(({ bytes }) => bytes.buffer),
      ),
    ),
  );

/** The files of an archive; throws where it is none. */
export const unzip = (archive: Blob): Promise<readonly GivenFile[]> =>
  inWorker(async (work) => {
    try {
      return await work.unzip(archive);
    } catch (cause) {
      throw new Error("This zip can't be read. Make it again, or give the folder itself.", {
        cause,
      });
    }
  });

/** The texts and labels of a table; throws where it is none. */
export const tableOf = (source: string, name: string): Promise<Table> =>
  inWorker((work) => work.readTable(source, name));

/** Large files are worked on off the page's thread, in a worker that ends with its work. */
async function inWorker<T>(use: (work: Remote<FilesWork>) => Promise<T>): Promise<T> {
  const worker = new Worker(new URL("./files-worker.ts", import.meta.url), { type: "module" });
  try {
    return await use(wrap<FilesWork>(worker));
  } finally {
    worker.terminate();
  }
}
