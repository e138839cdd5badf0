import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { GraftError } from "@graft-ml/core";
import { writeFileAtomic } from "@graft-ml/core/node";
import { createTokenizer } from "./create-tokenizer.js";
import type { Tokenizer } from "./encoding.js";
import type { TokenizerFiles, WordPieceChoices } from "./read-word-piece.js";
import { tokenizerFiles } from "./tokenizer-files.js";
import type { WordPieceSettings } from "./word-piece.js";

/**
 * The tokenizer of a checkpoint's folder, from `tokenizer.json` or `vocab.txt` and
 * `tokenizer_config.json`. Throws `source-not-found` where the folder has neither, `config-invalid`.
 */
export async function openTokenizer(
  folder: string,
  choices: WordPieceChoices = {},
): Promise<Tokenizer> {
  return createTokenizer(await readTokenizerFiles(folder), choices);
}

/** Writes `tokenizer.json`, `tokenizer_config.json` and `vocab.txt` into a folder. Throws `disk-write-failed`. */
export async function saveTokenizer(folder: string, settings: WordPieceSettings): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(tokenizerFiles(settings))) {
    await writeFileAtomic(join(folder, name), text);
  }
}

async function readTokenizerFiles(folder: string): Promise<TokenizerFiles> {
  const [tokenizerJson, tokenizerConfig, vocabulary] = await Promise.all([
    readJson(join(folder, "tokenizer.json")),
    readJson(join(folder, "tokenizer_config.json")),
    readText(join(folder, "vocab.txt")),
  ]);
  if (tokenizerJson === undefined && vocabulary === undefined) {
    throw new GraftError(
      "source-not-found",
      `There is no tokenizer in ${folder}: neither tokenizer.json nor vocab.txt.`,
      { details: { folder } },
    );
  }
  return {
    ...(tokenizerJson === undefined ? {} : { tokenizerJson }),
    ...(tokenizerConfig === undefined ? {} : { tokenizerConfig }),
    ...(vocabulary === undefined ? {} : { vocabulary }),
  };
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new GraftError("source-not-found", `Can't read ${path}.`, { cause });
  }
}

async function readJson(path: string): Promise<unknown> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new GraftError("config-invalid", `${path} is not JSON. Fetch it again.`, { cause });
  }
}
