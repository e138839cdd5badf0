import { compileDynamic } from "@graft-ml/compiler";
import { arraySource, GraftError, phasesOf, replaceHead, sha256 } from "@graft-ml/core";
import {
  classifierGraph,
  clientPreprocessor,
  copiedPictures,
  decodeImage,
  openPictureNetwork,
  type Picture,
  type PictureSketch,
  type Preprocess,
  pictureBatch,
  pictureSketch,
  pictureTask,
  preprocess,
  splitPictures,
  toPreprocessorConfig,
} from "@graft-ml/vision";
import type { Network } from "../networks/network.js";
import type { Item } from "../studio.js";
import type { LabelledSample } from "../training/data.js";
import { collectingJudge, type Medium } from "./medium.js";

/** A picture is held as its file, and as the network last wanted it. */
export type HeldPicture = {
  readonly name: string;
  readonly file: Blob;
  readonly sketch: PictureSketch;
  entered?: { readonly key: string; readonly picture: Picture };
};

export const pictures: Medium<HeldPicture> = {
  async read(item, name) {
    const source = pictureItem(item);
    const sketch = pictureSketch(await decodeImage(source, { name }));
    return { name, file: source instanceof Blob ? source : await encoded(source), sketch };
  },
  async enter(samples, network, onEntered) {
    const wanted = preprocessOf(network);
    const key = JSON.stringify(wanted);
    for (const sample of samples) {
      if (sample.entered?.key !== key) {
        const decoded = await decodeImage(sample.file, { name: sample.name });
        sample.entered = { key, picture: preprocess(decoded, wanted) };
      }
      onEntered();
    }
  },
  source: (samples, labels) =>
    arraySource({
      image: pictureBatch(samples.map(({ entered }) => entered!.picture)),
      labels: { dtype: "int32", shape: [labels.length], data: Int32Array.from(labels) },
    }),
  grafted: async ({ model, weights }, classes) => ({ model: replaceHead(model, classes), weights }),
  learning: (network, { options }) => ({
    task: pictureTask({ preprocess: preprocessOf(network) }),
    ...phasesOf(options),
  }),
  copies: async (samples) => copiedPictures(samples.map(({ sketch }) => sketch)),
  content: async ({ file }) => sha256(new Uint8Array(await file.arrayBuffer())),
  split(samples, { copies, ...options }) {
    const clusters = copies.map((one) => ({ ...one, samples: one.samples.map(filed) }));
    const none = { root: "", classes: [], validation: [], test: [], skipped: [] };
    return splitPictures({ ...none, train: samples.map(filed) }, { ...options, clusters });
  },
  async ask(engine, { model, weights, ...network }) {
    const given = { engine, model, weights, preprocess: preprocessOf(network) };
    const asked = await openPictureNetwork(given);
    return {
      async held(samples) {
        const source = pictures.source(
          samples,
          samples.map(() => 0),
          { ...network, model, weights },
        );
        const judging = asked.judge(source, { judge: collectingJudge() });
        for (;;) {
          const { done, value } = await judging.next();
          if (done) return value.rows;
        }
      },
      item: async (item) => (await asked.outputs([await decodeImage(pictureItem(item))]))[0]!,
      close: asked.close,
    };
  },
  onnx({ model, weights, ...network }) {
    const graph = classifierGraph({
      ...{ model, weights, preprocess: preprocessOf(network) },
      input: "pixel_values",
    });
    const options = { sizes: graph.sizes, name: model.architecture };
    return new Uint8Array(compileDynamic(graph.run, graph.specs, options).model);
  },
  files: (network) => ({
    "preprocessor_config.json": json(toPreprocessorConfig(preprocessOf(network))),
  }),
  clientFiles: (network) => ({
    "preprocessor_config.json": json(clientPreprocessor("pixel_values", preprocessOf(network))),
  }),
};

/** In a folder of classes its name would be its path. */
const filed = <S extends LabelledSample>(sample: S) => ({ ...sample, path: sample.name });

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

const preprocessOf = ({ input }: Pick<Network, "input">): Preprocess => {
  if (input.kind === "pictures") return input.preprocess;
  throw new GraftError("usage", "The network reads texts, and these are pictures. Take another.");
};

function pictureItem(item: Item): Blob | ImageBitmap {
  if (typeof item !== "string") return item;
  throw new GraftError("picture-unreadable", "A text is no picture.");
}

/** A frame as a file, which takes less room than its pixels; no pixel is lost. */
async function encoded(frame: ImageBitmap): Promise<Blob> {
  const canvas = new OffscreenCanvas(frame.width, frame.height);
  canvas.getContext("2d")?.drawImage(frame, 0, 0);
  frame.close();
  return canvas.convertToBlob({ type: "image/png" });
}
