import { GraftError, isGraftError } from "@graft-ml/core";
import { hScore, logMe } from "@graft-ml/domain-adapt";
import type { Acquired } from "@graft-ml/gpu-backend";
import type { ModelsEvent } from "../commands/models.js";
import type { ReadEvent } from "../modality/modality.js";
import type { OpenEvent } from "../source/model-source.js";
import { type DeviceEvent, withEngine } from "../with-engine.js";
import { requireTwoClasses } from "./check-domains.js";
import type { LabelledDomain, TextColumns } from "./domain.js";
import { type FeaturesProgress, openFeatures } from "./domain-features.js";
import { type FrozenBackbone, openFrozen } from "./frozen-backbone.js";
import { type OpenedDomain, openLabelled } from "./read-domains.js";
import { requireClasses } from "./require-classes.js";

/** One backbone on the data. */
export type RankedBackbone = {
  readonly type: "rank";
  readonly backbone: string;
  /** Of a sample. */
  readonly features: number;
  /** Higher is better, of both. */
  readonly logMe: number;
  readonly hScore: number;
  /** To open it, to extract the features and to score them. */
  readonly seconds: number;
};

export type RankEvent =
  | OpenEvent
  | ReadEvent
  | DeviceEvent
  | FeaturesProgress
  | RankedBackbone
  /** One that is here and can't be used, and why. */
  | { readonly type: "rank-skipped"; readonly backbone: string; readonly reason: string }
  | {
      readonly type: "rank-end";
      readonly data: string;
      readonly samples: number;
      readonly classes: number;
      /** The best first, by LogME. */
      readonly ranked: readonly RankedBackbone[];
    };

type RankOptions = TextColumns & {
  readonly data: string;
  /** Beside those that are here. */
  readonly named: readonly string[];
  readonly device: string;
  readonly strict: boolean;
  readonly batchSize: number;
  readonly signal: AbortSignal;
  /** What has a name. */
  readonly known: AsyncIterable<ModelsEvent>;
};

/**
 * Ranks backbones for data before anything is trained: how well a linear model explains the classes of
 * the training and validation parts by the features of each. Throws what reading the data and opening a
 * named backbone throw; one that is merely here is left out where it can't be used.
 */
export async function* rankBackbones(options: RankOptions): AsyncGenerator<RankEvent> {
  const { data, named, device } = options;
  const modality = await requireClasses(data, options);
  const opened = await openLabelled(data, {
    ...options,
    modality,
    parts: ["train", "validation"],
  });
  requireTwoClasses(data, opened.classes);
  const names = [...new Set([...named, ...(await namesHere(modality, options.known))])];
  const ranked: RankedBackbone[] = [];
  let domain: LabelledDomain | undefined;
  yield* withEngine(device, async function* (engine): AsyncGenerator<RankEvent> {
    for (const name of names) {
      if (options.signal.aborted) throw new GraftError("aborted", `Stopped before ${name}.`);
      const one = yield* rankOne(engine, { name, modality, opened, domain, options });
      if (!one) continue;
      domain = one.domain;
      ranked.push(one.row);
      yield one.row;
    }
  });
  ranked.sort((a, b) => b.logMe - a.logMe);
  const [samples, classes] = [domain?.samples.length ?? 0, opened.classes.length];
  yield { type: "rank-end", data, samples, classes, ranked };
}

type One = {
  readonly name: string;
  readonly modality: "pictures" | "texts";
  readonly opened: OpenedDomain;
  /** The data, once they were read. */
  readonly domain: LabelledDomain | undefined;
  readonly options: RankOptions;
};

async function* rankOne(
  engine: Acquired,
  one: One,
): AsyncGenerator<RankEvent, { row: RankedBackbone; domain: LabelledDomain } | undefined> {
  const { name, modality, opened, options } = one;
  const began = performance.now();
  let backbone: FrozenBackbone;
  try {
    const { signal } = options;
    backbone = yield* openFrozen(name, { modality, numClasses: opened.classes.length, signal });
  } catch (error) {
    if (options.named.includes(name) || !isGraftError(error) || error.code === "aborted") {
      throw error;
    }
    yield { type: "rank-skipped", backbone: name, reason: error.message };
    return undefined;
  }
  const domain = one.domain ?? (yield* opened.read({ ...options, input: backbone.input }));
  const { labels } = domain;
  const features = yield* featuresOn(engine, backbone, { name, domain, options });
  const row: RankedBackbone = {
    type: "rank",
    backbone: name,
    features: features.columns,
    logMe: logMe(features, { labels }),
    hScore: hScore(features, { labels, shrink: true }),
    seconds: (performance.now() - began) / 1000,
  };
  // Another backbone wants the pictures in another size.
  const { cache: _, ...rest } = domain;
  return { row, domain: rest };
}

async function* featuresOn(
  engine: Acquired,
  backbone: FrozenBackbone,
  { name, domain, options }: { name: string; domain: LabelledDomain; options: RankOptions },
) {
  const { batchSize, signal } = options;
  const reader = await openFeatures(engine, backbone);
  try {
    return yield* reader.features({ of: name, ...domain, batchSize, signal });
  } finally {
    await reader.close();
  }
}

/** The names of what needs no download and reads this. */
async function namesHere(
  modality: "pictures" | "texts",
  known: RankOptions["known"],
): Promise<readonly string[]> {
  const wanted = modality === "pictures" ? "image" : "text";
  const names: string[] = [];
  for await (const event of known) {
    if (event.type === "model" && event.available && event.task === wanted) names.push(event.name);
  }
  return names;
}
