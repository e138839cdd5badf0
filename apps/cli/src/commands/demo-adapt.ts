import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { GraftError } from "@graft-ml/core";
import { SOURCE_ONLY } from "@graft-ml/domain-adapt";
import { defaultBackbone } from "@graft-ml/zoo";
import { AUTO } from "../adapt/methods.js";
import type { CommonOptions, Context } from "../command.js";
import { type AdaptCommandEvent, adaptDomains } from "./adapt.js";

/** Whose pictures come with the command: each artist's are listed in a CSV with its name. */
export const artists = ["noto", "fluent-3d", "fluent-high-contrast"] as const;
type Artist = (typeof artists)[number];

/** Colours in the round, and black lines: far apart, and the most is won between them. */
export const usualArtists: readonly Artist[] = ["fluent-3d", "fluent-high-contrast"];

/** From the pictures of one artist, with labels, to those of another, without. */
type Direction = { readonly source: Artist; readonly target: Artist };

/** Accuracies are by the target's labels, which decided nothing. */
export type DirectionEnd = Direction & {
  readonly type: "direction-end";
  /** How far the measures of the shift see the two apart: 0 is alike, 2 the farthest. */
  readonly aDistance: number;
  readonly sourceOnly: number;
  readonly chosen: string;
  readonly accuracy: number;
  /** What knowing the labels would have chosen. */
  readonly best: { readonly name: string; readonly accuracy: number };
  readonly seconds: number;
};

export type AdaptDemoEvent =
  | AdaptCommandEvent
  | { readonly type: "demo-start"; readonly backbone: string; readonly artists: readonly Artist[] }
  | ({ readonly type: "direction-start" } & Direction)
  | DirectionEnd
  | {
      readonly type: "demo-end";
      /** Where the lists of the artists' pictures are. */
      readonly folder: string;
      readonly seconds: number;
    };

type Flags = CommonOptions & {
  backbone?: string | undefined;
  artists: readonly Artist[];
};

const folder = fileURLToPath(new URL("../../assets/artists", import.meta.url));

/** Adapts from every one of the artists to every other, as `graft adapt` does it. Throws `usage`. */
export async function* adaptDemo(
  { artists: asked, backbone: name, seed, device, strict }: Flags,
  context: Context,
): AsyncGenerator<AdaptDemoEvent> {
  const start = performance.now();
  const chosen = [...new Set(asked)];
  requireTwo(chosen);
  const backbone = name ?? defaultBackbone().name;
  yield { type: "demo-start", backbone, artists: chosen };
  const given = { backbone, seed, device, strict, method: AUTO };
  for (const { source, target } of directions(chosen)) {
    yield { type: "direction-start", source, target };
    const domains = { source: listOf(source), target: listOf(target) };
    yield* direction({ source, target }, adaptDomains({ ...given, ...domains }, context));
  }
  yield { type: "demo-end", folder, seconds: secondsSince(start) };
}

/** Both ways between every two, one pair after the other. */
const directions = (chosen: readonly Artist[]): readonly Direction[] =>
  chosen.flatMap((first, at) =>
    chosen.slice(at + 1).flatMap((second) => [
      { source: first, target: second },
      { source: second, target: first },
    ]),
  );

const listOf = (artist: Artist): string => join(folder, `${artist}.csv`);

/** What an adaptation tells, and what came of it. */
async function* direction(
  between: Direction,
  events: AsyncIterable<AdaptCommandEvent>,
): AsyncGenerator<AdaptDemoEvent> {
  const start = performance.now();
  let aDistance = Number.NaN;
  for await (const event of events) {
    yield event;
    if (event.type === "shift") aDistance = event.aDistance.distance;
    if (event.type !== "adapt-end") continue;
    const { chosen } = event;
    const told = event.candidates.map(({ name, oracleAccuracy: accuracy = Number.NaN }) => ({
      name,
      accuracy,
    }));
    const accuracyOf = (name: string) => told.find((row) => row.name === name)!.accuracy;
    const best = told.reduce((a, b) => (b.accuracy > a.accuracy ? b : a));
    const [sourceOnly, accuracy] = [accuracyOf(SOURCE_ONLY), accuracyOf(chosen)];
    const seconds = secondsSince(start);
    yield {
      type: "direction-end",
      ...between,
      aDistance,
      sourceOnly,
      chosen,
      accuracy,
      best,
      seconds,
    };
  }
}

const secondsSince = (start: number): number => (performance.now() - start) / 1000;

function requireTwo(chosen: readonly Artist[]): void {
  if (chosen.length > 1) return;
  throw new GraftError(
    "usage",
    `Only ${chosen[0]} was named, and adapting is from one artist to another. Give --artists two or more of: ${artists.join(", ")}.`,
    { details: { artists: chosen } },
  );
}
