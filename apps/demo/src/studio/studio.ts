/** What is told apart: pictures, or texts. */
export type Kind = "pictures" | "texts";

/** The page's own number of a sample: the later it came, the higher. */
export type SampleId = number;

/** A picture's file, a frame of the camera, or a text. */
export type Item = Blob | ImageBitmap | string;

export type NewSample = {
  readonly id: SampleId;
  readonly name: string;
  readonly item: Item;
  /** Of a table's text: its table and line, by which it is known to a run. Default: its name. */
  readonly place?: string;
};

/** A sample that was read, or why it couldn't be, as the end of a sentence that starts with its name. */
export type ReadSample =
  | { readonly id: SampleId; readonly ok: true }
  | { readonly id: SampleId; readonly ok: false; readonly reason: string };

export type ClassOfSamples = { readonly name: string; readonly ids: readonly SampleId[] };

/** What is wrong with the data, and what it means; `stops` keeps a training from beginning. */
export type Finding = {
  readonly what: "few-classes" | "few-samples" | "unbalanced" | "copies" | "contradictions";
  readonly message: string;
  readonly ids: readonly SampleId[];
  readonly stops: boolean;
};

/** What computes, in words. */
export type EngineInfo = {
  readonly device: string;
  readonly description: string;
  /** Why it is no faster one, where that is so. */
  readonly notice?: string;
};

/** The network that a training begins with. */
export type BackboneInfo = {
  readonly kind: Kind;
  readonly name: string;
  /** One line for people. */
  readonly summary: string;
  readonly parameters: number;
  /** Classes that it tells apart already: those of a run that was opened. */
  readonly classes: readonly string[];
};

export type Strategy = "probe" | "finetune";

/** What could not be read, and why. */
export type LeftOut = { readonly name: string; readonly reason: string };

export type TrainOrder = {
  readonly kind: Kind;
  readonly classes: readonly ClassOfSamples[];
  /** Told in the run alone. */
  readonly leftOut: readonly LeftOut[];
  readonly strategy: Strategy;
  /** Of the last phase. Default: as the command has it. */
  readonly epochs?: number;
  readonly seed: number;
  /** The same network from random weights afterwards, to see what transfer is worth. */
  readonly scratch: boolean;
};

/** Which of the two networks an event is of. */
export type Contestant = "transfer" | "scratch";

/** How long a training takes yet. */
export type TimeLeft = {
  readonly seconds: number;
  /** It may take longer: later phases, in which more layers learn, were never timed. */
  readonly atLeast: boolean;
};

export type TrainEvent =
  | {
      readonly type: "features";
      readonly of: Contestant;
      readonly count: number;
      readonly total: number;
    }
  | {
      readonly type: "phase";
      readonly of: Contestant;
      readonly name: string;
      /** Updates of all phases. */
      readonly steps: number;
    }
  | {
      readonly type: "step";
      readonly of: Contestant;
      /** From 1, over all phases. */
      readonly step: number;
      readonly steps: number;
      readonly loss: number;
      readonly left: TimeLeft;
    }
  | {
      readonly type: "epoch";
      readonly of: Contestant;
      readonly phase: string;
      /** From 1, over all phases. */
      readonly epoch: number;
      readonly epochs: number;
      readonly loss: number;
      readonly validationLoss: number | undefined;
      /** Share of the validation samples. */
      readonly accuracy: number | undefined;
    }
  | { readonly type: "scoring"; readonly of: Contestant };

export type ClassScore = { readonly name: string; readonly probability: number };

/** How well a network does on the samples that it did not learn from. */
export type Judged = {
  readonly classes: readonly string[];
  readonly accuracy: number;
  /** Samples that were judged. */
  readonly count: number;
  /** Share of the largest class: what guessing it always would reach. */
  readonly guessing: number;
  /** Row: what it is; column: what was said. */
  readonly confusion: readonly (readonly number[])[];
  /** The most wrong first. */
  readonly worst: readonly {
    readonly id: SampleId;
    readonly truth: string;
    readonly said: string;
    readonly probability: number;
  }[];
};

export type Trained = Judged & {
  readonly seconds: number;
  readonly trainedOn: number;
  readonly scratch?: { readonly accuracy: number };
};

/** Files to be kept; paths are relative, with slashes. */
export type KeptFile = { readonly path: string; readonly bytes: Uint8Array<ArrayBuffer> };

/** A file of a folder that was opened. */
export type GivenFile = { readonly path: string; readonly file: Blob };

export type KeepFormat = "onnx" | "transformers" | "run";

export type OpenedRun = BackboneInfo & {
  /** What it scored when it was trained, where the folder tells. */
  readonly accuracy: number | undefined;
};

/**
 * What a worker does for the page. It holds what was read and what was trained; errors have the code of a `GraftError` as their name and
 * messages for people.
 */
export type Studio = {
  /** Opens the engine when it is first asked. */
  engine(): Promise<EngineInfo>;
  /** The embedded network, or that of a model folder's files (config.json and weights). */
  backbone(kind: Kind, files: readonly GivenFile[] | null): Promise<BackboneInfo>;
  /** Reads samples and keeps them under their numbers; resolves once all have been told. */
  read(
    kind: Kind,
    samples: readonly NewSample[],
    onRead: (sample: ReadSample) => void | Promise<void>,
  ): Promise<void>;
  forget(ids: readonly SampleId[]): Promise<void>;
  check(kind: Kind, classes: readonly ClassOfSamples[]): Promise<readonly Finding[]>;
  /** Rejects with an error named "aborted" when it was stopped. */
  train(order: TrainOrder, onEvent: (event: TrainEvent) => void): Promise<Trained>;
  stop(): Promise<void>;
  /** The likeliest class first. */
  predict(kind: Kind, item: Item): Promise<readonly ClassScore[]>;
  keep(kind: Kind, format: KeepFormat): Promise<readonly KeptFile[]>;
  /** A folder that the command or this page wrote. */
  openRun(files: readonly GivenFile[]): Promise<OpenedRun>;
};
