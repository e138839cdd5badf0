import { readWordPiece, type TokenizerFiles } from "./read-word-piece.js";
import { createWordPiece, type WordPieceSettings } from "./word-piece.js";

/** A small vocabulary of BERT's kind, as `vocab.txt`. */
export const smallVocabulary = `[PAD]
[UNK]
[CLS]
[SEP]
[MASK]
a
the
tree
##s
graft
##ed
un
##graft
cafe
!
,
木
🌳
`;

/** A tokenizer of the small vocabulary. */
export const smallTokenizer = (
  files: Omit<TokenizerFiles, "vocabulary"> = {},
  choices: Partial<WordPieceSettings> = {},
) => createWordPiece({ ...readWordPiece({ vocabulary: smallVocabulary, ...files }), ...choices });
