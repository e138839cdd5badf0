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
export { type OpenTextsOptions, openTexts } from "./data/open-texts.js";
export { openTokenizer } from "./tokenize/open-tokenizer.js";
