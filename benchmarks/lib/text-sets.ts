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
  products: productSet,
};

const kinds = ["books", "dvd", "electronics", "kitchen"];

/** Which kind of product a review is about, in three parts. */
async function productSet(): Promise<TextSet> {
  const reviews = await readReviews();
  const order = Array.from(permutation(0, 0, reviews.length));
  const lines = order.map((at) => reviews[at]!);
  return {
    about: "which of four kinds of product a review is about",
    classes: kinds,
    train: lines.slice(0, 800),
    validation: lines.slice(800, 1400),
    test: lines.slice(1400, 2400),
  };
}

/** Each review once. */
async function readReviews(): Promise<readonly LabelledLine[]> {
  const reviews = new Map<string, number>();
  for (const [label, kind] of kinds.entries()) {
    for (const side of ["negative", "positive"]) {
      const path = `data/text/amazon-multidomain-reviews/${kind}/review_${side}.txt.gz`;
      const lines = gunzipSync(await readFile(sharedFolder(path)))
        .toString("utf8")
        .split("\n");
      for (const line of lines) if (line.trim()) reviews.set(line.trim(), label);
    }
  }
  return [...reviews].map(([text, label]) => ({ text, label }));
}
