export type {
  DecodeOptions,
  EncodeOptions,
  Encoding,
  Side,
  SpecialToken,
  SpecialTokens,
  TextInput,
  Tokenizer,
  Truncation,
} from "./tokenize/encoding.js";
export {
  readWordPiece,
  type TokenizerFiles,
  type WordPieceChoices,
} from "./tokenize/read-word-piece.js";
export { createWordPiece, type WordPieceSettings } from "./tokenize/word-piece.js";
