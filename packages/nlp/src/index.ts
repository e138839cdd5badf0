export type { AttributedScore } from "./attributions/attributed-score.js";
export {
  type AttributedWords,
  openTextAttributor,
  type TextAttribution,
  type TextAttributor,
  type TextAttributorOptions,
} from "./attributions/text-attributor.js";
export type { WordScore } from "./attributions/word-scores.js";
export { sortedNames } from "./data/answers.js";
export { type CopiedTextsOptions, copiedTexts, normalText } from "./data/copied-texts.js";
export { type TextGraph, textGraph } from "./export/text-graph.js";
export {
  type MaskFiller,
  type MaskFillerOptions,
  openMaskFiller,
} from "./masked/mask-filler.js";
export { type MaskedGuess, maskedGuesses } from "./masked/masked-guesses.js";
export { type MaskedVerdict, maskedJudge } from "./masked/masked-judge.js";
export { type MaskedSourceOptions, maskedSource } from "./masked/masked-source.js";
export { maskedLanguageTask } from "./masked/masked-task.js";
export { type PackTextsOptions, packTexts } from "./masked/pack-texts.js";
export {
  type FilledText,
  type MaskWord,
  placesOf,
  type ReadMasksOptions,
  readMasks,
} from "./masked/read-masks.js";
export {
  type PackedTexts,
  type TextBlocks,
  type TextPacker,
  type TextPackerOptions,
  textPacker,
} from "./masked/text-packer.js";
export { type EntityReport, type EntityScore, entityReport } from "./metrics/entities.js";
export { perplexity } from "./metrics/perplexity.js";
export {
  type AnsweredQuestion,
  type AnswerScore,
  type BestAnswerScore,
  bestNoAnswer,
  type SquadReport,
  squadReport,
} from "./metrics/squad-report.js";
export { answerF1, exactMatch } from "./metrics/squad-words.js";
export {
  openTokenNetwork,
  type TokenNetwork,
  type TokenNetworkOptions,
} from "./network/token-network.js";
export {
  type AnswerJudgeOptions,
  type AnswerVerdict,
  answerJudge,
} from "./questions/answer-judge.js";
export type { BestAnswerOptions, FoundAnswer, QuestionAnswer } from "./questions/best-answers.js";
export {
  openQuestionAnswerer,
  type QuestionAnswerer,
  type QuestionAnswererOptions,
} from "./questions/question-answerer.js";
export {
  type AnsweredContext,
  type QuestionSource,
  type QuestionSourceOptions,
  questionSource,
} from "./questions/question-source.js";
export { questionTask } from "./questions/question-task.js";
export type {
  AskedQuestion,
  QuestionWindow,
  QuestionWindowOptions,
} from "./questions/question-windows.js";
export { answerLoss, type ReadAnswerOptions, readAnswer } from "./questions/read-answer.js";
export {
  type EmbeddingOptions,
  embeddingProgram,
  type TextPooling,
} from "./sentences/embedding.js";
export type {
  ContrastOptions,
  FewShotTexts,
  FewShotTextsEvent,
  FewShotTextsOptions,
  HeadVerdict,
  TextsHead,
} from "./sentences/few-shot-options.js";
export { type FewShotTextsTuning, fewShotTexts } from "./sentences/few-shot-texts.js";
export { identityBefore } from "./sentences/identity-before.js";
export { pairProgram } from "./sentences/pair-program.js";
export {
  type PairSampler,
  type PairSamplerOptions,
  pairSampler,
  type TextPairing,
} from "./sentences/pair-sampler.js";
export { pairSource } from "./sentences/pair-source.js";
export {
  type EmbedderHome,
  embedTexts,
  openTextEmbedder,
  type TextEmbedder,
  type TextEmbedderOptions,
} from "./sentences/text-embedder.js";
export { type TextModelFiles, textModelFiles } from "./sentences/text-model-files.js";
export { findScheme, type TagFault, tagFaults, toBio, toIobes } from "./tags/convert.js";
export { type Span, spansOf } from "./tags/spans.js";
export type { TagScheme } from "./tags/tag.js";
export { bertRecipe } from "./texts/bert-recipe.js";
export {
  openTextClassifier,
  type TextClassifier,
  type TextClassifierOptions,
  type TextPrediction,
  type TextScore,
} from "./texts/text-classifier.js";
export {
  openTextNetwork,
  type TextNetwork,
  type TextNetworkOptions,
} from "./texts/text-network.js";
export { textRate } from "./texts/text-rate.js";
export {
  type AnsweredText,
  type TextLengthOptions,
  type TextPair,
  type TextSourceOptions,
  textSource,
} from "./texts/text-source.js";
export { textLabelsTask, textNumbersTask, textTask } from "./texts/text-task.js";
export { type BucketOptions, bucketLengths } from "./tokenize/bucket-lengths.js";
export { type BucketSamplerOptions, bucketSampler } from "./tokenize/bucket-sampler.js";
export { type ClientTokenizer, clientTokenizer } from "./tokenize/client.js";
export { createTokenizer } from "./tokenize/create-tokenizer.js";
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
export {
  type PaddingOptions,
  type TokenRow,
  tokenBatch,
} from "./tokenize/token-batch.js";
export {
  bucketedBatches,
  type TokenField,
  type TokenSource,
  type TokenSourceOptions,
  tokenSource,
} from "./tokenize/token-source.js";
export { type TokenizerFileTexts, tokenizerFiles } from "./tokenize/tokenizer-files.js";
export { type TrainWordPieceOptions, trainWordPiece } from "./tokenize/train-word-piece.js";
export { createWordPiece, type WordPieceSettings } from "./tokenize/word-piece.js";
export type { Entity, TaggedWord } from "./tokens/entities-of.js";
export { type EntityVerdict, entityJudge } from "./tokens/entity-judge.js";
export {
  openTokenClassifier,
  readTags,
  type TaggedText,
  type TokenClassifier,
  type TokenClassifierOptions,
} from "./tokens/token-classifier.js";
export { tokenTask } from "./tokens/token-task.js";
export {
  type LabelledWords,
  type WordSource,
  type WordSourceOptions,
  wordSource,
} from "./tokens/word-source.js";
export type { WordWindow, WordWindowOptions } from "./tokens/word-windows.js";
