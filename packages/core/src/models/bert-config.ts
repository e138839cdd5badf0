import type { Activation } from "../nn/activation.js";
import type { Json } from "../program.js";
import { count, flag, invalid, isIndex, number, optional, share } from "./config-values.js";

/** A config.json as Hugging Face writes it. */
export type BertConfig = { readonly [key: string]: Json };

export type BertFamily = "bert" | "distilbert";

/** What stands on the encoder: nothing, or a classifier of texts, of tokens, of answer spans, of hidden words. */
export type BertHead = "none" | "sequence" | "token" | "question" | "masked";

/** How one vector is made of all tokens': the first token through a tanh layer, the first token, the mean, or not at all. */
export type BertPooling = "pooler" | "cls" | "mean" | "none";

/** An encoder's sizes, whatever its family calls them. */
export type BertShape = {
  readonly family: BertFamily;
  readonly head: BertHead;
  readonly pooling: BertPooling;
  readonly numClasses: number;
  readonly vocabulary: number;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  /** Width inside the feed-forward layers. */
  readonly inner: number;
  /** Most tokens of a text. */
  readonly positions: number;
  /** Kinds of token, such as first and second sentence; 0 without such a table. */
  readonly types: number;
  readonly activation: Activation;
  readonly epsilon: number;
  readonly paddingIndex: number | undefined;
  /** Deviation of new weights. */
  readonly initialRange: number;
  /** Shares dropped in training. */
  readonly dropout: {
    readonly hidden: number;
    readonly attention: number;
    readonly head: number;
  };
  /** Hidden words are scored by the word embeddings themselves. */
  readonly tied: boolean;
};

const heads: Readonly<Record<string, BertHead>> = {
  Model: "none",
  ForSequenceClassification: "sequence",
  ForTokenClassification: "token",
  ForQuestionAnswering: "question",
  ForMaskedLM: "masked",
  // Its second head, which tells whether two sentences follow each other, is left out.
  ForPreTraining: "masked",
};

const className: Readonly<Record<BertFamily, string>> = { bert: "Bert", distilbert: "DistilBert" };

/** The class that Hugging Face calls this, such as "BertForMaskedLM". */
export function architectureOf(family: BertFamily, head: BertHead): string {
  const ending = Object.keys(heads).find((name) => heads[name] === head);
  return `${className[family]}${ending}`;
}

/** True when this reader is the one for a config. */
export const isBertConfig = ({ model_type: type }: BertConfig): boolean =>
  type === "bert" || type === "distilbert";

/** Throws `config-invalid` for any other type of model. */
export function familyOf(config: BertConfig): BertFamily {
  const { model_type: type } = config;
  if (type === "bert" || type === "distilbert") return type;
  throw invalid(config, "model_type", `"bert" or "distilbert"`);
}

/** Checks a config and fills in what it leaves out, as Hugging Face does. Throws `config-invalid`. */
export function bertShape(config: BertConfig): BertShape {
  const family = familyOf(config);
  refuseUnknown(config);
  const head = headOf(config, family);
  const sizes = family === "bert" ? bertSizes(config) : distilbertSizes(config, head);
  if (sizes.width % sizes.heads !== 0) {
    const key = family === "bert" ? "num_attention_heads" : "n_heads";
    throw invalid(config, key, `a divisor of the width ${sizes.width}`);
  }
  return {
    family,
    head,
    pooling: poolingOf(config, family, head),
    numClasses: classesOf(config, head, sizes),
    ...sizes,
    paddingIndex: paddingOf(config, sizes.vocabulary),
    initialRange: number(config, "initializer_range", 0.02),
    tied: flag(config, "tie_word_embeddings", true),
  };
}

type Sizes = Omit<
  BertShape,
  "family" | "head" | "pooling" | "numClasses" | "paddingIndex" | "initialRange" | "tied"
>;

function bertSizes(config: BertConfig): Sizes {
  const hidden = share(config, "hidden_dropout_prob", 0.1);
  return {
    vocabulary: count(config, "vocab_size", 30522),
    width: count(config, "hidden_size", 768),
    layers: count(config, "num_hidden_layers", 12),
    heads: count(config, "num_attention_heads", 12),
    inner: count(config, "intermediate_size", 3072),
    positions: count(config, "max_position_embeddings", 512),
    types: count(config, "type_vocab_size", 2),
    activation: activation(config, "hidden_act"),
    epsilon: number(config, "layer_norm_eps", 1e-12),
    dropout: {
      hidden,
      attention: share(config, "attention_probs_dropout_prob", 0.1),
      head: share(config, "classifier_dropout", hidden),
    },
  };
}

function distilbertSizes(config: BertConfig, head: BertHead): Sizes {
  const hidden = share(config, "dropout", 0.1);
  const before: Partial<Record<BertHead, number>> = {
    sequence: share(config, "seq_classif_dropout", 0.2),
    question: share(config, "qa_dropout", 0.1),
  };
  return {
    vocabulary: count(config, "vocab_size", 30522),
    width: count(config, "dim", 768),
    layers: count(config, "n_layers", 6),
    heads: count(config, "n_heads", 12),
    inner: count(config, "hidden_dim", 3072),
    positions: count(config, "max_position_embeddings", 512),
    types: 0,
    activation: activation(config, "activation"),
    epsilon: 1e-12,
    dropout: {
      hidden,
      attention: share(config, "attention_dropout", 0.1),
      head: before[head] ?? hidden,
    },
  };
}

/** What would change the computation and isn't there is refused, not passed over. */
function refuseUnknown(config: BertConfig): void {
  const { position_embedding_type: positions, pruned_heads: pruned } = config;
  if (positions !== undefined && positions !== "absolute") {
    throw invalid(config, "position_embedding_type", `"absolute"`);
  }
  for (const key of ["is_decoder", "add_cross_attention"]) {
    if (flag(config, key, false)) throw invalid(config, key, "false: this is an encoder");
  }
  for (const key of ["in_chans", "include_top", "feature_pooling", "num_classes"]) {
    if (config[key] !== undefined) throw invalid(config, key, "nothing: a BERT has no such choice");
  }
  if (typeof pruned === "object" && pruned !== null && Object.keys(pruned).length > 0) {
    throw invalid(config, "pruned_heads", "none");
  }
}

function headOf(config: BertConfig, family: BertFamily): BertHead {
  const { architectures } = config;
  if (architectures === undefined || architectures === null) return "none";
  const name = Array.isArray(architectures) ? (architectures[0] as Json) : architectures;
  const found =
    typeof name === "string" && name.startsWith(className[family])
      ? heads[name.slice(className[family].length)]
      : undefined;
  if (found !== undefined) return found;
  const known = Object.keys(heads).map((ending) => `"${className[family]}${ending}"`);
  throw invalid(config, "architectures", `one of ${known.join(", ")}`);
}

function poolingOf(config: BertConfig, family: BertFamily, head: BertHead): BertPooling {
  if (head !== "none" && head !== "sequence") return "none";
  const own = family === "bert" ? "pooler" : "cls";
  const allowed = ["cls", "mean", ...(head === "none" ? ["none"] : []), own];
  const needs = [...new Set(allowed)].map((name) => `"${name}"`).join(", ");
  const isPooling = (value: Json) => typeof value === "string" && allowed.includes(value);
  return (optional(config, "pooling", isPooling, `one of ${needs}`) ?? own) as BertPooling;
}

/** Absent is 0, as upstream has it; null is none. */
function paddingOf(config: BertConfig, vocabulary: number): number | undefined {
  if (config.pad_token_id === null) return undefined;
  const accepts = (value: Json) => isIndex(value) && Number(value) < vocabulary;
  const needs = `a row of the vocabulary, below ${vocabulary}`;
  return (optional(config, "pad_token_id", accepts, needs) ?? 0) as number;
}

function classesOf(config: BertConfig, head: BertHead, { vocabulary }: Sizes): number {
  const fixed: Partial<Record<BertHead, number>> = { none: 0, question: 2, masked: vocabulary };
  return fixed[head] ?? labels(config);
}

function labels(config: BertConfig): number {
  const { id2label } = config;
  const names = typeof id2label === "object" && id2label !== null ? Object.keys(id2label) : [];
  return names.length > 0 ? names.length : count(config, "num_labels", 2);
}

const known: readonly Activation[] = ["gelu", "gelu_new", "relu"];

function activation(config: BertConfig, key: string): Activation {
  const accepts = (value: Json) => known.some((name) => name === value);
  const needs = `one of ${known.map((name) => `"${name}"`).join(", ")}`;
  return (optional(config, key, accepts, needs) ?? "gelu") as Activation;
}
