import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TokenRow } from "@graft-ml/nlp";
import { openTexts } from "@graft-ml/nlp/node";
import type { Picture } from "@graft-ml/vision";
import type { PictureFile } from "@graft-ml/vision/node";
import { isOfBrowser, openRun, runPaths } from "../run/run-folder.js";
import { openForExtraction } from "../source/data.js";
import type { ModelInput } from "../source/model-input.js";
import { kinds } from "../task/kinds.js";
import type { AnyText, TaskData, TaskSample } from "../task/task-kind.js";
import { decoded, noisePictures } from "./picture-samples.js";
import { noiseTexts, textsOf, tokenRows } from "./text-samples.js";
import { isOfMasks, type Trained } from "./trainer.js";

/** Decoded pictures, or rows of tokens. */
export type SampleItems = readonly Picture[] | readonly TokenRow[];

/** On what an export is compared with the trainer, and where that is from. */
export type Samples = {
  readonly kind: ModelInput["modality"] | "noise";
  /** The data set's path, or why there are none. */
  readonly from: string;
  readonly names: readonly string[];
  readonly items: SampleItems;
};

/**
 * Samples of `data`, else of the run that the model is from (held back ones first), spread evenly;
 * noise of several sizes where there are none.
 */
export async function samplesFor(
  name: string,
  { data, ...asked }: Asked & { data: string | undefined },
): Promise<Samples> {
  const found = data === undefined ? await ofRun(name) : await ofData(data, asked.source.input);
  return typeof found === "string" ? noise(found, asked) : samplesOf(found, asked);
}

/** How many are wanted, and of what model. */
type Asked = { readonly count: number; readonly source: Pick<Trained, "input" | "reading"> };

/** So many of these, spread evenly; noise where none can be read. */
export async function samplesOf({ from, samples }: Found, asked: Asked): Promise<Samples> {
  const { count, source } = asked;
  const { input } = source;
  const chosen = spread(samples, count);
  const { names, items } =
    input.modality === "pictures"
      ? await decoded(chosen as readonly PictureFile[])
      : {
          names: chosen.map((sample) => sample.name),
          items: tokenRows((chosen as readonly AnyText[]).map(textsOf), input, {
            hidden: isOfMasks(source),
          }),
        };
  if (items.length === 0) return noise(`nothing in ${from} can be read`, asked);
  return { kind: input.modality, from, names, items };
}

type Found = { readonly from: string; readonly samples: readonly Pick<TaskSample, "name">[] };

async function ofData(data: string, { modality }: ModelInput): Promise<Found> {
  if (modality === "pictures") return { from: data, samples: (await openForExtraction(data)).test };
  const { train, validation, test } = await openTexts(data, { task: "texts", validation: 0 });
  return { from: data, samples: [...test, ...validation, ...train] };
}

async function ofRun(name: string): Promise<Found | string> {
  if (!existsSync(join(runPaths(name).model, "config.json"))) return `${name} is no run`;
  const { config } = await openRun(name);
  if (isOfBrowser(config)) return "the run was made in a browser, with samples in no folder";
  const { options } = config;
  const { data, validation, seed } = options;
  if (!existsSync(data)) return `the run's data are no longer at ${data}`;
  const kind = kinds[options.task];
  const whole = await kind.open(options, {});
  const isWhole = whole.validation.length > 0 || validation === 0;
  return heldBack(isWhole ? whole : kind.modality.split(whole, { copies: [], validation, seed }));
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

function noise(from: string, { count, source }: Asked): Samples {
  const { input } = source;
  const items =
    input.modality === "pictures"
      ? noisePictures(count)
      : noiseTexts(count, input, { hidden: isOfMasks(source) });
  return { kind: "noise", from, names: items.map((_, i) => `noise ${i}`), items };
}
