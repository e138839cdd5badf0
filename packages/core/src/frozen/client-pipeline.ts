import { GraftError } from "../errors.js";
import { type ClientTensor, type FrozenPooling, pooledRows } from "./pooled-rows.js";

/**
 * What we use of a pipeline of `@xenova/transformers` 2 or `@huggingface/transformers`: it is callable, and
 * its task is "feature-extraction" or "image-feature-extraction".
 */
export type ClientPipeline = { readonly task: string; readonly model: unknown };

/** What `AutoModel.from_pretrained` and `AutoProcessor.from_pretrained` give, for pictures. */
export type ClientModel = { readonly model: unknown; readonly processor: unknown };

/** A picture as the client has it (`RawImage`): one byte a channel, row by row. */
export type ClientPicture = {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
};

/** A text; or a picture, or where one is. */
export type ClientSample = string | URL | ClientPicture;

export type ClientChoices = {
  readonly pooling: FrozenPooling | undefined;
};

/** The client behind one function. */
export type OpenedClient = {
  readonly kind: "texts" | "pictures";
  /** Rows of one width, a row a sample. */
  run(samples: readonly ClientSample[]): Promise<{ data: Float32Array; width: number }>;
};

type Call = (input: unknown, options?: Readonly<Record<string, unknown>>) => Promise<unknown>;
type Outputs = Readonly<Record<string, ClientTensor | undefined>>;

/** Throws `config-invalid` for anything else, saying what it is. */
export function openClient(
  given: ClientPipeline | ClientModel,
  { pooling }: ClientChoices,
): OpenedClient {
  const fields = Object(given) as Partial<ClientPipeline & ClientModel>;
  if (typeof given !== "function") {
    const { model, processor } = fields;
    if (typeof model === "function" && typeof processor === "function") {
      return pictures(modelCall(model as Call, processor as Call, pooling), pooling);
    }
    throw refused(given);
  }
  const call = given as Call;
  if (fields.task === "feature-extraction") return texts(call, pooling);
  if (fields.task !== "image-feature-extraction") throw refused(given);
  const pool = pooling === "pooler" ? { pool: true } : {};
  return pictures((samples) => call(samples, pool), pooling);
}

/** The client pools texts itself: it alone knows which tokens are padding. */
function texts(call: Call, pooling: FrozenPooling = "mean"): OpenedClient {
  if (pooling === "pooler") {
    throw new GraftError(
      "config-invalid",
      'A pipeline for texts does not give its pooler\'s output. Choose the pooling "mean" or "cls".',
    );
  }
  return {
    kind: "texts",
    run: async (samples) => {
      const wrong = samples.find((sample) => typeof sample !== "string");
      if (wrong !== undefined) throw notOf("texts", wrong);
      const output = await call(samples, { pooling, normalize: false });
      return pooledRows(output as ClientTensor, { pooling, count: samples.length });
    },
  };
}

function pictures(call: Call, pooling: FrozenPooling = "cls"): OpenedClient {
  return {
    kind: "pictures",
    run: async (samples) =>
      pooledRows((await call(samples)) as ClientTensor, { pooling, count: samples.length }),
  };
}

/** What the client's own pipeline does, for those who hold its parts. */
function modelCall(model: Call, processor: Call, pooling: FrozenPooling | undefined): Call {
  return async (samples) => {
    const place = (samples as readonly ClientSample[]).find(
      (sample) => typeof sample === "string" || sample instanceof URL,
    );
    if (place !== undefined) throw notOf("read pictures", place);
    const { pixel_values } = (await processor(samples)) as Outputs;
    const outputs = (await model({ pixel_values })) as Outputs;
    const { pooler_output, last_hidden_state, logits, image_embeds } = outputs;
    const output =
      pooling === "pooler" ? pooler_output : (last_hidden_state ?? logits ?? image_embeds);
    if (output) return output;
    throw new GraftError(
      "config-invalid",
      `The model gives ${Object.keys(outputs).join(", ") || "nothing"}, and ${pooling === "pooler" ? "no pooler_output" : "none of last_hidden_state, logits and image_embeds"}. Choose another pooling, or another model.`,
    );
  };
}

function notOf(kind: "texts" | "read pictures", sample: ClientSample): GraftError {
  const what =
    typeof sample === "string" ? `the text ${JSON.stringify(sample.slice(0, 60))}` : "no text";
  const next =
    kind === "texts"
      ? 'Pictures need pipeline("image-feature-extraction", ...).'
      : "Read it with the client's RawImage.read, or pass its pipeline in place of model and processor.";
  return new GraftError(
    "dataset-invalid",
    `A sample is ${what}; this backbone takes ${kind}. ${next}`,
  );
}

function refused(given: unknown): GraftError {
  return new GraftError(
    "config-invalid",
    `A frozen backbone is what pipeline("feature-extraction", ...) or pipeline("image-feature-extraction", ...) of transformers.js gives, or { model, processor } for pictures; this is ${described(given)}.`,
  );
}

function described(given: unknown): string {
  if (given instanceof Promise) return "a promise: await it first";
  if (typeof given === "string")
    return `the name ${JSON.stringify(given)}: open it with pipeline()`;
  const { task, model, processor } = Object(given) as Partial<ClientPipeline & ClientModel>;
  if (typeof task === "string") return `a pipeline for "${task}"`;
  if (typeof given === "function")
    return `a function without a task, such as a model or a tokenizer alone`;
  if (model !== undefined && processor === undefined) return "a model without a processor";
  if (typeof given !== "object" || given === null) return String(given);
  return `an object with ${Object.keys(given).join(", ") || "nothing in it"}`;
}
