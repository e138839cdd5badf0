import { createHash } from "node:crypto";
import { type Copies, GraftError } from "@graft-ml/core";
import type { TextPair, Tokenizer } from "@graft-ml/nlp";
import { findDuplicateTexts, foldTexts, splitTexts, withoutKnownTexts } from "@graft-ml/nlp/node";
import type { TrainOptions } from "../run/train-options.js";
import { type ModelInput, type TextInput, tokenizerOf } from "../source/model-input.js";
import type { AnyText, TextData } from "../task/task-kind.js";
import { textsAsked } from "./asked-texts.js";
import type { CopiesProgress, Modality, ReadEvent, Reader, ReadOptions } from "./modality.js";

/** What sources of texts are made with. */
export type TextEntry = {
  readonly of: "texts";
  readonly tokenizer: Tokenizer;
  /** Tokens of a text at most. */
  readonly maxLength: number;
};

export const texts: Modality<TextData, TextPair> = {
  name: "texts",
  noun: "text",
  read: readTexts,
  split: splitTexts,
  withoutLeaks: withoutKnownTexts,
  folds: foldTexts,
  fingerprint: async (samples) =>
    createHash("sha256").update(JSON.stringify(samples)).digest("hex"),
  asked: textsAsked,
  settled,
  files: (input) => (input.modality === "texts" ? savedFiles(input) : {}),
};

/** Longer texts are cut: few say more in what comes behind, and time grows with the length. */
const USUAL_LENGTH = { qa: 384, others: 128 };

function settled(input: ModelInput, { maxLength, task, backbone }: TrainOptions): ModelInput {
  tokenizerOf(input);
  if (input.modality !== "texts") return input;
  const usual = task === "qa" ? USUAL_LENGTH.qa : USUAL_LENGTH.others;
  if (maxLength !== null && maxLength > input.maxLength) {
    throw new GraftError(
      "usage",
      `--max-length ${maxLength} is more than ${backbone} takes: ${input.maxLength} tokens. Give at most as many.`,
      { details: { maxLength, most: input.maxLength } },
    );
  }
  return { ...input, maxLength: Math.min(maxLength ?? usual, input.maxLength) };
}

/** The tokenizer's own files; they say how long texts may be, so that other programs cut them alike. */
function savedFiles({ files, maxLength }: TextInput): Readonly<Record<string, string>> {
  const name = "tokenizer_config.json";
  const config = JSON.parse(files[name] ?? '{"tokenizer_class":"BertTokenizer"}') as object;
  const text = `${JSON.stringify({ ...config, model_max_length: maxLength }, null, 2)}\n`;
  return { ...files, [name]: text };
}

async function* readTexts(
  dataset: TextData,
  { input, strict, signal }: ReadOptions,
): AsyncGenerator<ReadEvent<TextData>, Reader<TextData>> {
  const [first] = dataset.skipped;
  if (strict && first) {
    throw new GraftError(
      "dataset-invalid",
      `${first.name}: ${first.reason}. Mend it, or leave --strict out to go on without it.`,
      { details: first },
    );
  }
  for (const note of dataset.notes) yield { type: "data-note", note };
  for (const skipped of dataset.skipped) yield { type: "text-skipped", ...skipped };
  const maxLength = input.modality === "texts" ? input.maxLength : 0;
  const tokenizer = tokenizerOf(input);
  return {
    dataset,
    entry: (): TextEntry => ({ of: "texts", tokenizer, maxLength }),
    copies: (found) => copiesOf(found, signal),
  };
}

async function* copiesOf(
  dataset: TextData,
  signal: AbortSignal,
): AsyncGenerator<CopiesProgress, readonly Copies[]> {
  const { train, validation, test } = dataset;
  const total = train.length + validation.length + test.length;
  yield { type: "copies-progress", count: 0, total };
  return (await findDuplicateTexts<AnyText>(dataset, { signal })).copies;
}
