import { GraftError } from "@graft-ml/core";
import { findScheme, type TagFault, tagFaults, toBio } from "../tags/convert.js";
import { spansOf } from "../tags/spans.js";
import { sortedNames } from "./answers.js";
import type { TokenSample } from "./dataset.js";
import { areSpanTags, type RawSentence } from "./read-tagged.js";

/** Tags as classes, and how a file's own tags become them. */
export type TagCoding = {
  readonly tags: readonly string[];
  code(sentence: RawSentence): TokenSample;
  /** What was read otherwise than it was written, in words. */
  notes(): readonly string[];
};

/**
 * BIO tags of all training sentences, whichever scheme they are written in; or plain tags as they are,
 * where they mark no spans. What a scheme does not allow is read as conlleval reads it and told with its
 * line. Throws `dataset-invalid`, for such a tag too if strict.
 */
export function tagCoding(
  train: readonly RawSentence[],
  options: { root: string; names?: readonly string[]; strict?: boolean },
): TagCoding {
  const { root, strict = false } = options;
  const all = new Set(train.flatMap(({ tags }) => tags));
  const areSpans = areSpanTags(all);
  if (areSpans === undefined) throw mixedTags(train, root);
  const scheme = findScheme(areSpans ? train.map(({ tags }) => tags) : []);
  const found = areSpans ? spanTags(train) : sortedNames(all);
  const tags = options.names ?? found;
  const places = new Map(tags.map((tag, place) => [tag, place]));
  const faults: string[] = [];
  const read = (sentence: RawSentence): readonly string[] => {
    if (!areSpans) return sentence.tags;
    for (const fault of tagFaults(sentence.tags, scheme)) {
      const said = faultWords(sentence, fault);
      if (strict) throw illegal(said, scheme);
      faults.push(said);
    }
    return toBio(sentence.tags);
  };
  return {
    tags,
    code: (sentence) => {
      const { name, group, tokens } = sentence;
      const labels = read(sentence).map((tag, at) => {
        const place = places.get(tag);
        if (place === undefined) throw unknownTag(sentence, { at, tag, tags });
        return place;
      });
      return { name, ...(group === undefined ? {} : { group }), tokens, labels };
    },
    notes: () => [
      ...(scheme === "BIO" ? [] : [`${root}: its tags are ${scheme}, read as BIO.`]),
      ...(faults.length === 0
        ? []
        : [
            `${root}: ${faults.length} tags are not allowed by ${scheme} where they stand and were read as conlleval reads them (${faults.slice(0, 5).join("; ")}${faults.length > 5 ? "; ..." : ""}).`,
          ]),
    ],
  };
}

/** Where a token of a sentence stands: a line each in CoNLL files. */
const placeOf = ({ name, line }: RawSentence, at: number): string =>
  name.endsWith(`:${line}`)
    ? `${name.slice(0, -String(line).length)}${line + at}`
    : `${name}, token ${at + 1}`;

const faultWords = (sentence: RawSentence, { at, tag, after }: TagFault): string =>
  `${placeOf(sentence, at)} ${tag} after ${after}`;

function spanTags(train: readonly RawSentence[]): readonly string[] {
  const types = new Set(train.flatMap(({ tags }) => spansOf(tags).map(({ type }) => type)));
  return ["O", ...sortedNames(types).flatMap((type) => [`B-${type}`, `I-${type}`])];
}

function mixedTags(train: readonly RawSentence[], root: string): GraftError {
  const odd = train.find(({ tags }) => areSpanTags(new Set(tags)) !== true) ?? train[0]!;
  const at = Math.max(
    0,
    odd.tags.findIndex((tag) => areSpanTags(new Set([tag])) !== true),
  );
  return new GraftError(
    "dataset-invalid",
    `${root} has tags that mark spans (as B-Disease) and others: ${placeOf(odd, at)} has "${odd.tags[at]}". Correct it.`,
    { details: { root, tag: odd.tags[at] } },
  );
}

const illegal = (said: string, scheme: string): GraftError =>
  new GraftError(
    "dataset-invalid",
    `${said} is not allowed by ${scheme}. Correct it, or have it repaired by reading without strict.`,
  );

function unknownTag(
  sentence: RawSentence,
  { at, tag, tags }: { at: number; tag: string; tags: readonly string[] },
): GraftError {
  const some = tags.slice(0, 8).join(", ");
  return new GraftError(
    "dataset-invalid",
    `${placeOf(sentence, at)} has the tag "${tag}", which is none of the ${tags.length} of the training sentences (${some}${tags.length > 8 ? ", ..." : ""}). Correct it, or train on sentences that have it.`,
    { details: { tag, tags } },
  );
}
