import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { permutation } from "@graft-ml/core";
import { openTexts } from "@graft-ml/nlp/node";
import { sharedFolder } from "./networks.js";

export type LabelledLine = { readonly text: string; readonly label: number };

export type TextSet = {
  readonly about: string;
  readonly classes: readonly string[];
  readonly train: readonly LabelledLine[];
  readonly validation: readonly LabelledLine[];
  readonly test: readonly LabelledLine[];
};

export const textSets: Readonly<Record<string, () => Promise<TextSet>>> = {
  films: async () => {
    const about = "SST-2: is a film sentence positive";
    return { about, ...(await openTexts(sharedFolder("data/text/sst-2"))) };
  },
  opinions: () => reviewSet("is a product's review positive", sides, ({ side }) => side),
  products: () =>
    reviewSet("which of four kinds of product a review is about", kinds, ({ kind }) => kind),
};

const kinds = ["books", "dvd", "electronics", "kitchen"];
const sides = ["negative", "positive"];

type Review = { readonly text: string; readonly kind: string; readonly side: string };

/** What reviews of products say, in three parts. */
async function reviewSet(
  about: string,
  classes: readonly string[],
  classOf: (review: Review) => string,
): Promise<TextSet> {
  const reviews = await readReviews();
  const lines = Array.from(permutation(0, 0, reviews.length), (at) => {
    const review = reviews[at]!;
    return { text: review.text, label: classes.indexOf(classOf(review)) };
  });
  const parts = { train: lines.slice(0, 800), validation: lines.slice(800, 1400) };
  return { about, classes, ...parts, test: lines.slice(1400, 2400) };
}

/** Each review once. */
async function readReviews(): Promise<readonly Review[]> {
  const reviews = new Map<string, Review>();
  for (const kind of kinds) {
    for (const side of sides) {
      const path = `data/text/amazon-multidomain-reviews/${kind}/review_${side}.txt.gz`;
      const lines = gunzipSync(await readFile(sharedFolder(path)))
        .toString("utf8")
        .split("\n");
      for (const line of lines) {
        const text = line.trim();
        if (text) reviews.set(text, { text, kind, side });
      }
    }
  }
  return [...reviews.values()];
}
