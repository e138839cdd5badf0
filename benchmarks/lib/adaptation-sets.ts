import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { type Engine, permutation } from "@graft-ml/core";
import { type Matrix, takeRows } from "@graft-ml/domain-adapt";
import { sharedFolder } from "./networks.js";
import { type DomainName, officeDomain, officePairs } from "./office-caltech.js";
import { artDomain, artNames } from "./picture-domains.js";
import { reviewKinds, textDomain } from "./text-domains.js";

/** Features of a domain and their classes. */
export type LabelledDomain = { readonly features: Matrix; readonly labels: ArrayLike<number> };

/** Domains of the same classes, and which are adapted to which. */
export type AdaptationSet = {
  readonly about: string;
  readonly classes: number;
  /** Source and target, as "A-B". */
  readonly pairs: readonly string[];
  domain(name: string, engine: Engine): Promise<LabelledDomain>;
};

const everyPair = (names: readonly string[]): string[] =>
  names.flatMap((a) => names.filter((b) => a !== b).map((b) => `${a}-${b}`));

export const adaptationSets: Readonly<Record<string, AdaptationSet>> = {
  office: {
    about: "Office-Caltech, SURF features",
    classes: 10,
    pairs: officePairs,
    domain: (name) => officeDomain(name as DomainName),
  },
  digits: {
    about: "MNIST and USPS, 16 x 16 pixels",
    classes: 10,
    pairs: ["MNIST-USPS", "USPS-MNIST"],
    domain: digitsDomain,
  },
  art: {
    about: "PACS, 40 pictures a class and domain, features of the embedded backbone",
    classes: 7,
    pairs: everyPair(artNames),
    domain: artDomain,
  },
  reviews: {
    about: "Amazon reviews of five kinds of product, features of the embedded BERT",
    classes: 2,
    pairs: everyPair(reviewKinds),
    domain: textDomain,
  },
  posts: {
    about:
      "Amazon reviews to posts of SemEval 2017, features of the embedded BERT; styled: posts in the style of reviews; @posts: after 600 steps of guessing hidden words of posts",
    classes: 2,
    pairs: [
      "reviews-posts",
      "reviews-styled",
      "reviews@posts-posts@posts",
      "reviews@posts-styled@posts",
    ],
    domain: textDomain,
  },
  "reviews-styled": {
    about:
      "Amazon reviews of five kinds of product, features of the embedded BERT; the target's (books~) as style rules rewrite them",
    classes: 2,
    pairs: everyPair(reviewKinds).map((pair) => `${pair}~`),
    domain: textDomain,
  },
  "reviews-read": {
    about:
      "Amazon reviews of five kinds of product, features of the embedded BERT after 600 steps of guessing hidden words of the target's texts (books@dvd: books, after reading dvd)",
    classes: 2,
    pairs: everyPair(reviewKinds).map((pair) => {
      const [source, target] = pair.split("-");
      return `${source}@${target}-${target}@${target}`;
    }),
    domain: textDomain,
  },
};

async function digitsDomain(name: string): Promise<LabelledDomain> {
  const folder = "data/images/mnist-usps-coil-shallow-da/derived/";
  const read = (file: string) => readFile(sharedFolder(`${folder}${file}`));
  const labels: number[] = JSON.parse(String(await read(`${name}_labels.json`)));
  const bytes = gunzipSync(await read(`${name}_${labels.length}x256_f32le.bin.gz`));
  const start = bytes.byteOffset;
  const pixels = new Float32Array(bytes.buffer.slice(start, start + bytes.length));
  return {
    features: { rows: labels.length, columns: 256, data: Float64Array.from(pixels) },
    labels: labels.map((label) => label - 1),
  };
}

/** Rows of a domain, drawn: four fifths, or so many at most. */
export function drawnPart(
  { features, labels }: LabelledDomain,
  { seed, most }: { seed: number; most: number },
): LabelledDomain {
  const count = Math.min(most, Math.ceil(0.8 * features.rows));
  const rows = permutation(seed, 0, features.rows).subarray(0, count);
  return { features: takeRows(features, rows), labels: Array.from(rows, (row) => labels[row]!) };
}
