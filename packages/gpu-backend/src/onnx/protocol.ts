/** What the caller's thread and the worker say to each other. Nothing here holds a function or a tensor. */

/** Element types that cross; bool is a byte an element. */
export type HostType = "float32" | "int32" | "uint8" | "bool";

export type HostArray = Float32Array | Int32Array | Uint8Array;

/** Where the worker takes an input of a graph from. */
export type InputSource =
  | { readonly from: "weight" | "shared" | "buffer" | "batch"; readonly key: string }
  | ({ readonly from: "draw" } & Draw);

/** A random draw inside a program: filled anew for each micro-batch. */
export type Draw = {
  readonly site: string;
  readonly kind: "bernoulli" | "uniform";
  /** Probability of a 1, for bernoulli. */
  readonly keep: number;
};

/** For each draw of a graph, in its inputs' order: three words of the counter and two of the key. */
export type DrawWords = Uint32Array;

/** What the worker does with an output of a graph. */
export type OutputTarget =
  | { readonly to: "loss" }
  | { readonly to: "gradient" | "metric" | "buffer" | "output"; readonly key: string };

export type Port<Role> = {
  readonly name: string;
  readonly type: HostType;
  readonly shape: readonly number[];
} & Role;

/** How a graph's inputs and outputs are tied to a session's memory. */
export type Manifest = {
  readonly inputs: readonly Port<InputSource>[];
  readonly outputs: readonly Port<OutputTarget>[];
};

export type Floats = Readonly<Record<string, Float32Array>>;

/** Optimizer state by slot, then by weight. */
export type Slots = Readonly<Record<string, Floats>>;

export type OpenRequest = {
  readonly session: number;
  readonly trainable: Floats;
  /** Large frozen matrices: inputs of every graph instead of constants in each. */
  readonly shared: Floats;
  readonly buffers: Floats;
  readonly slots: readonly string[];
};

export type LoadRequest = {
  /** Identifies the graph with its constants: the same key is never sent twice while it is held. */
  readonly graph: string;
  readonly model: Uint8Array;
  readonly external: readonly { readonly path: string; readonly data: Uint8Array }[];
};

/** The arrays of one batch, by field. */
export type Fields = Readonly<Record<string, HostArray>>;

/** A graph, and how it is tied to the session's memory. */
export type Bound = { readonly graph: string; readonly manifest: Manifest };

/** One batch on its way through a graph. */
export type Pass = Bound & { readonly fields: Fields; readonly draws: DrawWords };

/** How the weights move once the gradients are there. */
export type Update =
  | {
      readonly kind: "fused";
      readonly optimizer: string;
      /** By weight; weights that are left out stay as they are. */
      readonly scalars: Readonly<Record<string, Readonly<Record<string, number>>>>;
    }
  /** The gradients go back to the caller, who computes the update and sends `assign`. */
  | { readonly kind: "host" };

export type StepRequest = {
  readonly session: number;
  /** Updates made before this one. */
  readonly step: number;
  /** Micro-batches of one shape share a graph. */
  readonly passes: readonly Pass[];
  readonly clipNorm?: number;
  readonly update: Update;
};

export type StepReply = {
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly gradNorm: number;
  /** For an update on the host: everything it needs, clipped. */
  readonly host?: { readonly gradients: Floats } & State;
};

export type RunReply = {
  readonly loss?: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly outputs: Readonly<
    Record<string, { type: HostType; shape: readonly number[]; data: HostArray }>
  >;
};

export type State = { readonly weights: Floats; readonly buffers: Floats; readonly slots: Slots };

export type Calls = {
  hello: { request: { readonly threads: number }; reply: null };
  open: { request: OpenRequest; reply: null };
  load: { request: LoadRequest; reply: null };
  evict: { request: { readonly graph: string }; reply: null };
  step: { request: StepRequest; reply: StepReply };
  run: {
    request: { readonly session: number; readonly pass: Pass };
    reply: RunReply;
  };
  state: { request: { readonly session: number }; reply: State };
  /** Overwrites what is given and leaves the rest. */
  assign: {
    request: { readonly session: number; readonly shared?: Floats } & Partial<State>;
    reply: null;
  };
  close: { request: { readonly session: number }; reply: null };
};

export type CallName = keyof Calls;

/** A call on its way to the worker. `end` asks it to finish what is queued and leave. */
export type Envelope =
  | {
      [K in CallName]: {
        readonly id: number;
        readonly call: K;
        readonly request: Calls[K]["request"];
      };
    }[CallName]
  | { readonly call: "end" };

export type Failure = {
  readonly code: "loss-not-finite" | "engine-failed" | "program-invalid";
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly stack?: string;
};

/** The answer to the call with the same id. */
export type Answer =
  | { readonly id: number; readonly ok: true; readonly value: Calls[CallName]["reply"] }
  | { readonly id: number; readonly ok: false; readonly failure: Failure };
