import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { type Engine, type FloatWeights, modelFromConfig, permutation } from "@graft-ml/core";
import { createStyle, matrixOf, wordCounts } from "@graft-ml/domain-adapt";
import { openTextEmbedder } from "@graft-ml/nlp";
import type { LabelledDomain } from "./adaptation-sets.js";
import { afterHiddenWords } from "./hidden-words.js";
import { sharedFolder } from "./networks.js";
import { type Encoder, openEncoder } from "./text-methods.js";
import type { LabelledLine } from "./text-sets.js";

export const reviewKinds = ["books", "dvd", "electronics", "kitchen", "video"];

/** Texts of a domain at most. */
const MOST = 4000;

/**
 * Mean vectors of the embedded BERT for the texts of a domain, each text once: a kind of product, "reviews",
 * "posts", or "styled" posts; "books~" are styled books. "books@posts" are those of the BERT after it has guessed hidden words of posts.
 */
export async function textDomain(name: string, engine: Engine): Promise<LabelledDomain> {
  const [of = name, readBefore] = name.split("@");
  const texts = await textsOf(of);
  const encoder = await openEncoder();
  const model = modelFromConfig(encoder.config);
  const weights = readBefore
    ? await readingOf(readBefore, { encoder, engine })
    : await encoder.weightsFor(model);
  const { tokenizer } = encoder;
  const embedder = await openTextEmbedder({ engine, model, weights, tokenizer, maxLength: 128 });
  const features = matrixOf(await embedder.embed(texts.map(({ text }) => ({ text }))));
  await embedder.close();
  return { features, labels: texts.map(({ label }) => label) };
}

/** 32 rows of 64 tokens each. */
const STEPS = 600;

const readings = new Map<string, Promise<FloatWeights>>();

/** Weights after the texts of a domain, without their labels; read once. */
function readingOf(
  name: string,
  { encoder, engine }: { encoder: Encoder; engine: Engine },
): Promise<FloatWeights> {
  const known = readings.get(name);
  if (known) return known;
  const reading = textsOf(name).then((lines) => {
    const texts = lines.map(({ text }) => text);
    return afterHiddenWords(encoder, texts, { engine, steps: STEPS, rate: 3e-4 });
  });
  readings.set(name, reading);
  return reading;
}

async function textsOf(name: string): Promise<readonly LabelledLine[]> {
  if (name === "posts") return posts();
  if (name === "styled") return styled(await posts());
  if (name.endsWith("~")) return styled(await reviews([name.slice(0, -1)]));
  return reviews(name === "reviews" ? reviewKinds.slice(0, 4) : [name]);
}

/** Drawn from all, positive and negative ones. */
async function reviews(kinds: readonly string[]): Promise<readonly LabelledLine[]> {
  const texts = new Map<string, number>();
  for (const kind of kinds) {
    for (const [label, side] of ["negative", "positive"].entries()) {
      const path = `data/text/amazon-multidomain-reviews/${kind}/review_${side}.txt.gz`;
      const lines = gunzipSync(await readFile(sharedFolder(path)))
        .toString("utf8")
        .split("\n");
      for (const line of lines) if (line.trim() !== "") texts.set(line.trim(), label);
    }
  }
  return drawn([...texts].map(([text, label]) => ({ text, label })));
}

/** Posts that are not neutral. */
async function posts(): Promise<readonly LabelledLine[]> {
  const path = "data/text/semeval-2013-2017-tweets/SemEval2017-task4-test.subtask-A.english.txt";
  const lines = (await readFile(sharedFolder(path), "utf8")).split("\n");
  return drawn(
    lines.flatMap((line) => {
      const [, side = "", text = ""] = line.trim().split("\t");
      const label = ["negative", "positive"].indexOf(side);
      return label < 0 || text === "" ? [] : [{ text, label }];
    }),
  );
}

/** As reviews are written, by rules whose words are those of the reviews. */
async function styled(texts: readonly LabelledLine[]): Promise<readonly LabelledLine[]> {
  const words = wordCounts((await textsOf("reviews")).map(({ text }) => text));
  const style = createStyle({ words });
  return texts.map(({ text, label }) => ({ text: style.apply(text).text || text, label }));
}

const drawn = (texts: readonly LabelledLine[]): LabelledLine[] =>
  Array.from(permutation(0, 0, texts.length).subarray(0, MOST), (at) => texts[at]!);
