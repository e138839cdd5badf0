import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { GraftError, type Json, type Model } from "@graft-ml/core";
import { createTokenizer, type Tokenizer } from "@graft-ml/nlp";
import type { Preprocess } from "@graft-ml/vision";

/** Pictures, and what the network wants them to be. */
type PictureInput = { readonly modality: "pictures"; readonly preprocess: Preprocess };

/** Texts, and how they become tokens. */
export type TextInput = {
  readonly modality: "texts";
  readonly tokenizer: Tokenizer;
  /** Tokens of a text at most, special ones included: what is over is lost. */
  readonly maxLength: number;
  /** The files that the tokenizer is read from, as they are: name -> text. */
  readonly files: Readonly<Record<string, string>>;
};

/** What a network reads, and how that gets into it. */
export type ModelInput = PictureInput | TextInput;

export const tokenizerNames = [
  "tokenizer.json",
  "tokenizer_config.json",
  "vocab.txt",
  "special_tokens_map.json",
] as const;

/** A folder's tokenizer with the files that it is made of. Throws `source-not-found` and `config-invalid`. */
export async function readTextInput(folder: string, model: Model): Promise<TextInput> {
  const found = await Promise.all(
    tokenizerNames.map(async (name) => [name, await textOf(join(folder, name))] as const),
  );
  return textInput(
    Object.fromEntries(
      found.flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const])),
    ),
    { model, from: folder },
  );
}

/** The same of files that were read; `from` is where, for errors. */
export async function textInput(
  files: Readonly<Record<string, string>>,
  { model, from }: { model: Model; from: string },
): Promise<TextInput> {
  const { "tokenizer.json": json, "tokenizer_config.json": config, "vocab.txt": words } = files;
  if (json === undefined && words === undefined) {
    throw new GraftError(
      "source-not-found",
      `The model in ${from} reads texts, and has no tokenizer: neither tokenizer.json nor vocab.txt. Put its checkpoint's files beside config.json.`,
      { details: { from } },
    );
  }
  const tokenizer = await createTokenizer({
    ...(json === undefined ? {} : { tokenizerJson: parsed(json, "tokenizer.json", from) }),
    ...(config === undefined
      ? {}
      : { tokenizerConfig: parsed(config, "tokenizer_config.json", from) }),
    ...(words === undefined ? {} : { vocabulary: words }),
  });
  const positions = Number(model.config.max_position_embeddings ?? 512);
  const maxLength = Math.min(positions, tokenizer.maxLength ?? positions);
  return { modality: "texts", tokenizer, maxLength, files };
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new GraftError("source-not-found", `Can't read ${path}.`, { cause });
  }
}

function parsed(text: string, name: string, from: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new GraftError("config-invalid", `${name} in ${from} is not JSON. Fetch it again.`, {
      cause,
    });
  }
}

/** What pictures are to be for a model. Throws `usage` for one that reads texts. */
export function preprocessOf(input: ModelInput): Preprocess {
  if (input.modality === "pictures") return input.preprocess;
  throw new GraftError(
    "usage",
    "The model reads texts, and this needs one for pictures. `graft models` says which these are.",
  );
}

/** How texts become a model's tokens. Throws `usage` for one that sees pictures. */
export function tokenizerOf(input: ModelInput): Tokenizer {
  if (input.modality === "texts") return input.tokenizer;
  throw new GraftError(
    "usage",
    "The model sees pictures, and this needs one for texts. `graft models` says which these are.",
  );
}
