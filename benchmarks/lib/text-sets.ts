import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { permutation } from "@graft-ml/core";
import { openTexts } from "@graft-ml/nlp/node";
import { sharedFolder } from "./networks.js";

export type LabelledLine = { readonly text: string; readonly label: number };

export type TextSet = {
  readonly classes: readonly string[];
  readonly train: readonly LabelledLine[];
  readonly validation: readonly LabelledLine[];
  readonly test: readonly LabelledLine[];
};

export const textSets: Readonly<Record<string, () => Promise<TextSet>>> = {
  films: () => openTexts(sharedFolder("data/text/sst-2")),
  products: productSet,
};

const kinds = ["books", "dvd", "electronics", "kitchen", "video"];
/** Videos and discs are reviewed alike. */
const classes = kinds.filter((kind) => kind !== "video");

/** Which kind of product a review is about: the reviews that no network has read, in three parts. */
async function productSet(): Promise<TextSet> {
  const held = (await readReviews()).filter(
    ({ kind, isHeldOut }) => isHeldOut && classes.includes(kind),
  );
  const order = Array.from(permutation(0, 0, held.length));
  const lines = order.map((at) => {
    const { text, kind } = held[at]!;
    return { text, label: classes.indexOf(kind) };
  });
  return {
    classes,
    train: lines.slice(0, 800),
    validation: lines.slice(800, 1400),
    test: lines.slice(1400),
  };
}

/** What a network for these texts may read: reviews and film sentences without their labels, those for a test left out. */
export async function unlabelledTexts(): Promise<readonly string[]> {
  const reviews = (await readReviews()).filter(({ isHeldOut }) => !isHeldOut);
  const { train } = await textSets.films!();
  return [...reviews, ...train].map(({ text }) => text);
}

/** Each review once; every tenth is held out. */
async function readReviews() {
  const reviews = new Map<string, string>();
  for (const kind of kinds) {
    for (const side of ["negative", "positive"]) {
      const path = `data/text/amazon-multidomain-reviews/${kind}/review_${side}.txt.gz`;
      const lines = gunzipSync(await readFile(sharedFolder(path)))
        .toString("utf8")
        .split("\n");
      for (const line of lines) if (line.trim()) reviews.set(line.trim(), kind);
    }
  }
  return [...reviews].map(([text, kind], at) => ({ text, kind, isHeldOut: at % 10 === 0 }));
}
