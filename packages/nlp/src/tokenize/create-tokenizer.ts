import type { Tokenizer } from "./encoding.js";
import { createLibraryTokenizer } from "./library.js";
import {
  isWordPiece,
  readWordPiece,
  type TokenizerFiles,
  type WordPieceChoices,
} from "./read-word-piece.js";
import { createWordPiece } from "./word-piece.js";

/**
 * The tokenizer that a checkpoint's files describe: our own for BERT's, with offsets, and for every other
 * kind of `tokenizer.json` Hugging Face's library, without. `choices` hold for the former. Throws
 * `config-invalid`.
 */
export async function createTokenizer(
  files: TokenizerFiles,
  choices: WordPieceChoices = {},
): Promise<Tokenizer> {
  if (isWordPiece(files)) return createWordPiece(readWordPiece(files, choices));
  return createLibraryTokenizer(files);
}
