import { existsSync } from "node:fs";
import { join } from "node:path";
import { isGraftError, randomWords } from "@graft-ml/core";
import type { Picture } from "@graft-ml/vision";
import { decodePicture, type PictureFile, splitPictures } from "@graft-ml/vision/node";
import { openRun, runPaths } from "../run/run-folder.js";
import { openForExtraction } from "../source/data.js";
import { kinds } from "../task/kinds.js";
import type { TaskData } from "../task/task-kind.js";

/** Decoded pictures on which an export is compared with the trainer, and where they are from. */
export type Samples = {
  readonly kind: "pictures" | "noise";
  /** The data set's path, or why there are no pictures. */
  readonly from: string;
  readonly names: readonly string[];
  readonly pictures: readonly Picture[];
};

/**
 * Pictures of `data`, else of the run that the model is from (held back ones first), spread evenly;
 * noise of several shapes where there are none.
 */
export async function samplesFor(
  name: string,
  { data, count }: { data: string | undefined; count: number },
): Promise<Samples> {
  const found = data === undefined ? await ofRun(name) : await ofData(data);
  return typeof found === "string" ? noise(found, count) : samplesOf(found, count);
}

/** So many of these, spread evenly; noise where none can be read. */
export async function samplesOf(found: Found, count: number): Promise<Samples> {
  const chosen = spread(found.samples, count);
  const decoded = await Promise.all(chosen.map(readable));
  const read = decoded.flatMap((one) => one ?? []);
  if (read.length === 0) return noise(`no picture of ${found.from} can be read`, count);
  return {
    kind: "pictures",
    from: found.from,
    names: read.map((one) => one.name),
    pictures: read.map(({ picture }) => picture),
  };
}

type Found = { readonly from: string; readonly samples: readonly PictureFile[] };

async function ofData(data: string): Promise<Found> {
  return { from: data, samples: (await openForExtraction(data)).test };
}

async function ofRun(name: string): Promise<Found | string> {
  if (!existsSync(join(runPaths(name).model, "config.json"))) return `${name} is no run`;
  const { options } = (await openRun(name)).config;
  const { data, validation, seed } = options;
  if (!existsSync(data)) return `the run's pictures are no longer at ${data}`;
  const whole = await kinds[options.task].open(options, {});
  const isWhole = whole.validation.length > 0 || validation === 0;
  return heldBack(isWhole ? whole : splitPictures(whole, { clusters: [], validation, seed }));
}

/** What was not learned from, where there is any. */
export const heldBack = ({ root, validation, test, train }: TaskData): Found => ({
  from: root,
  samples: [validation, test, train].find((part) => part.length > 0) ?? [],
});

function spread<T>(items: readonly T[], count: number): readonly T[] {
  const length = Math.min(count, items.length);
  return Array.from({ length }, (_, i) => items[Math.floor((i * items.length) / length)]!);
}

async function readable({ name, path }: PictureFile) {
  try {
    return { name, picture: await decodePicture(path, { name }) };
  } catch (error) {
    if (isGraftError(error, "picture-unreadable")) return undefined;
    throw error;
  }
}

const shapes = [
  [320, 240],
  [240, 320],
  [257, 257],
  [511, 173],
] as const;

function noise(reason: string, count: number): Samples {
  const pictures = Array.from({ length: count }, (_, step): Picture => {
    const [width, height] = shapes[step % shapes.length]!;
    const length = width * height * 3;
    const words = randomWords({ seed: 0, step, site: "export-sample" }, Math.ceil(length / 4));
    return { width, height, channels: 3, data: new Uint8Array(words.buffer, 0, length) };
  });
  return { kind: "noise", from: reason, names: pictures.map((_, i) => `noise ${i}`), pictures };
}
