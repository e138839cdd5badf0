import { resolve } from "node:path";
import {
  encodeSafetensors,
  extractFeatures,
  featureProgram,
  GraftError,
  type HostTensor,
  type Model,
  paramGroups,
} from "@graft-ml/core";
import { writeFileAtomic } from "@graft-ml/core/node";
import { pictureTask } from "@graft-ml/vision";
import {
  type CheckEvent,
  checkPictures,
  createPictureCache,
  type PictureDataset,
  pictureSource,
} from "@graft-ml/vision/node";
import { defaultBackbone } from "@graft-ml/zoo";
import { type CommonOptions, type Context, command, type Launch } from "../command.js";
import { wholeNumber } from "../numbers.js";
import { openForExtraction } from "../source/data.js";
import { preprocessOf } from "../source/model-input.js";
import { type OpenEvent, openModel } from "../source/model-source.js";
import { stacked } from "../stacked.js";
import { commonProgress, commonWarning } from "../terminal/common-view.js";
import type { View } from "../terminal/render.js";
import { type DeviceEvent, withEngine } from "../with-engine.js";

type ExtractOptions = CommonOptions & {
  backbone?: string | undefined;
  layer?: string | undefined;
  pool?: true | undefined;
  flatten?: true | undefined;
  out: string;
  batchSize: number;
};

export type ExtractEvent =
  | OpenEvent
  | DeviceEvent
  | CheckEvent
  | { readonly type: "extract-progress"; readonly count: number; readonly total: number }
  | {
      readonly type: "extract-end";
      readonly file: string;
      readonly layer: string;
      /** Of `features`; the first axis is the picture. */
      readonly shape: readonly number[];
      readonly skipped: number;
    };

/** Writes what a layer gives for every picture, with the pictures' names and labels, as safetensors. */
async function* extract(
  data: string,
  { backbone, layer, pool, flatten, out, batchSize, device, strict }: ExtractOptions,
  { signal }: Context,
): AsyncGenerator<ExtractEvent> {
  const stageOf = (model: Model): string => layer ?? model.stages.at(-2)?.name ?? "";
  const source = yield* openModel(backbone ?? defaultBackbone().name, signal, stageOf);
  const { model, input, weights } = source;
  const preprocess = preprocessOf(input);
  const stage = stageOf(model);
  const pooled = pool === true || layer === undefined;
  const task = pictureTask({ preprocess });
  const program = featureProgram({ model, task, to: stage, pooled });
  const cache = createPictureCache();
  const check = { preprocess, cache, strict: strict === true, signal };
  let dataset = await openForExtraction(data);
  for await (const event of checkPictures(dataset, check)) {
    yield event;
    if (event.type === "check-end") dataset = event.dataset;
  }
  requirePictures(data, dataset);
  const pictures = pictureSource({ samples: dataset.test, preprocess, cache });
  yield* withEngine(device, async function* (engine): AsyncGenerator<ExtractEvent> {
    const session = await engine.open({ weights, groups: paramGroups({ freeze: () => true }) });
    const rows: HostTensor<"float32">[] = [];
    const size = Math.min(batchSize, pictures.size);
    const batches = extractFeatures({
      session,
      program,
      reads: task,
      source: pictures,
      batchSize: size,
      signal,
    });
    for await (const { features, count, total } of batches) {
      rows.push({ ...features, data: features.data.slice() });
      yield { type: "extract-progress", count, total };
    }
    const maps = stacked(rows);
    const features = flatten === true ? flattened(maps) : maps;
    const file = resolve(out);
    await writeFileAtomic(
      file,
      encode(features, dataset, { backbone: source.source, layer: stage }),
    );
    const { shape } = features;
    yield { type: "extract-end", file, layer: stage, shape, skipped: dataset.skipped.length };
  });
}

function requirePictures(data: string, { test, skipped }: PictureDataset): void {
  if (test.length > 0) return;
  const [first] = skipped;
  const why = first === undefined ? "" : ` ${first.name}: ${first.reason}`;
  throw new GraftError("dataset-empty", `No picture of ${data} can be read.${why}`, {
    details: { data, skipped },
  });
}

/** Maps as one row a picture: their values stay where they are. */
function flattened({ shape, ...rest }: HostTensor<"float32">): HostTensor<"float32"> {
  const [count = 0, ...each] = shape;
  return { ...rest, shape: [count, each.reduce((all, size) => all * size, 1)] };
}

/** `features`, `labels`, and in the metadata the `inputs` and `classes` as JSON. */
function encode(
  features: HostTensor<"float32">,
  { test, classes }: PictureDataset,
  about: Readonly<Record<string, string>>,
): readonly Uint8Array[] {
  const labels = Int32Array.from(test, ({ label }) => label);
  const inputs = JSON.stringify(test.map(({ name }) => name));
  return encodeSafetensors(
    {
      features,
      ...(classes.length > 0
        ? { labels: { dtype: "int32", shape: [labels.length], data: labels } }
        : {}),
    },
    { ...about, inputs, classes: JSON.stringify(classes) },
  );
}

const counted = (pictures: number): string =>
  pictures === 1 ? "1 picture" : `${pictures} pictures`;

const extractView: View<ExtractEvent> = {
  line: () => undefined,
  result: (event) =>
    event.type === "extract-end"
      ? `${event.layer} of ${counted(event.shape[0] ?? 0)}, ${event.shape.slice(1).join(" x ")} numbers each, in ${event.file}`
      : undefined,
  warning: commonWarning,
  progress: commonProgress,
};

export const extractCommand = (launch: Launch) =>
  command("extract", {
    summary: "Write the features that a network's layer gives for pictures.",
    examples: [
      "graft extract pictures --out features.safetensors",
      "graft extract cat.jpg --backbone vgg16 --layer flatten --out cat.safetensors",
      "graft extract cat.jpg --backbone vgg16 --layer block5 --out cat.safetensors",
      "graft extract pictures --backbone ./mobilenet --layer features.13 --out features.safetensors",
    ],
  })
    .argument(
      "<data>",
      "a picture, a folder of pictures, a folder per class, or a CSV of path,label",
    )
    .requiredOption(
      "--out <file>",
      "the safetensors file: features, labels, and the inputs' names in its metadata",
    )
    .option(
      "--backbone <name|dir>",
      "a name that `graft models` lists, a model folder or file, a run, an address, or org/name on the hub (default: the zoo's)",
    )
    .option(
      "--layer <stage>",
      "which features: VGG's flatten gives 25,088 numbers in PyTorch's order, its block5 the same as 7 x 7 x 512; a wrong name tells all (default: the last one before the head, averaged over the picture)",
    )
    .option("--pool", "average the layer's maps over the picture")
    .option("--flatten", "maps as one row a picture, channels last as Keras flattens them")
    .option("--batch-size <n>", "pictures at a time", wholeNumber(1), 32)
    .action((data, options) =>
      launch(options, (context) => extract(data, options, context), extractView),
    );
