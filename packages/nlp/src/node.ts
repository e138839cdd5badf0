export { type ClassBalance, classBalance } from "./data/class-balance.js";
export type {
  Answer,
  LabelledText,
  PlainTexts,
  QuestionDataset,
  QuestionSample,
  SkippedText,
  TargetText,
  TextDataset,
  TextDatasets,
  TextParts,
  TextSample,
  TextTable,
  TextTask,
  TokenDataset,
  TokenSample,
} from "./data/dataset.js";
export {
  type DuplicateTexts,
  type FindDuplicateTextsOptions,
  findDuplicateTexts,
} from "./data/find-duplicate-texts.js";
export { foldTexts } from "./data/fold-texts.js";
export {
  type IndexedTask,
  type IndexTextsOptions,
  indexTexts,
  type TextIndex,
} from "./data/index-texts.js";
export { type OpenTextsOptions, openTexts } from "./data/open-texts.js";
export { splitTexts } from "./data/split-texts.js";
export { skippedReasons } from "./data/text-coding.js";
export { withoutKnownTexts } from "./data/without-known-texts.js";
export { openTokenizer, saveTokenizer } from "./tokenize/open-tokenizer.js";
