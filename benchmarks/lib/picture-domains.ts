import { type Engine, extractFeatures, featureProgram, paramGroups } from "@graft-ml/core";
import { pictureTask } from "@graft-ml/vision";
import { createPictureCache, openPictures, pictureSource } from "@graft-ml/vision/node";
import type { LabelledDomain } from "./adaptation-sets.js";
import { openEmbedded } from "./embedded.js";
import { sharedFolder } from "./networks.js";

export const artNames = ["art", "cartoon", "photo", "sketch"];

/** Every picture of a domain of PACS. */
export async function artPictures(name: string) {
  const folder = `data/images/pacs-subset40/${name === "art" ? "art_painting" : name}`;
  const { train, validation, test } = await openPictures(sharedFolder(folder));
  return { samples: [...train, ...validation, ...test], cache: createPictureCache() };
}

/** What the embedded backbone gives before its head, for every picture of a domain of PACS. */
export async function artDomain(name: string, engine: Engine): Promise<LabelledDomain> {
  const { samples, cache } = await artPictures(name);
  const { model, weights, preprocess } = await openEmbedded();
  const task = pictureTask({ preprocess });
  const to = model.stages.at(-2)!.name;
  const program = featureProgram({ model, task, to, pooled: true });
  const session = await engine.open({ weights, groups: paramGroups({ freeze: () => true }) });
  const source = pictureSource({ samples, preprocess, cache });
  const data: number[] = [];
  const batches = extractFeatures({ session, program, reads: task, source, batchSize: 32 });
  for await (const { features } of batches) data.push(...features.data);
  await session.close();
  const columns = data.length / samples.length;
  return {
    features: { rows: samples.length, columns, data: Float64Array.from(data) },
    labels: samples.map(({ label }) => label),
  };
}
