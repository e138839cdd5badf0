import type { PhaseOptions, ShotsHead, Strategy } from "./options.js";

/**
 * Every choice of a training that has a usual answer, by the names that a run's config.json has for it; what
 * `graft train --help` says of each is what it means.
 */
export type UsualOptions = {
  readonly shotsHead: ShotsHead;
  readonly views: number;
  readonly augment: "basic";
  readonly features: "float32";
  readonly learners: "all";
  readonly rank: number;
  readonly batchSize: number;
  readonly accumulate: number;
  readonly epochs: number;
  /** Null: `fineTune` chooses it by the number of samples; texts have `textRate`. */
  readonly lr: number | null;
  readonly headEpochs: number;
  readonly headLr: number;
  readonly schedule: NonNullable<PhaseOptions["schedule"]>;
  readonly warmup: number | null;
  readonly layerDecay: number;
  readonly weightDecay: number;
  readonly decayToStart: boolean;
  readonly clipNorm: number | null;
  readonly balance: "none";
  readonly labelSmoothing: number;
  /** Share of each class set apart. */
  readonly validation: number;
  readonly keepDuplicates: boolean;
  readonly seed: number;
  readonly device: "auto";
  readonly strict: boolean;
  readonly saveSeconds: number;
  readonly keep: number;
} & Readonly<Record<Unset, null>>;

/** What is left to be found out, or not done at all. */
type Unset =
  | ("text" | "pair" | "label" | "maxLength" | "targets" | "cut" | "ema" | "patience")
  | ("mixup" | "cutmix" | "groupBy" | "folds" | "warmStart" | "reject" | "saveEvery");

const byStrategy: Readonly<Record<Strategy, Pick<UsualOptions, "epochs" | "lr">>> = {
  probe: { epochs: 30, lr: 3e-3 },
  finetune: { epochs: 20, lr: null },
  gradual: { epochs: 20, lr: null },
  scratch: { epochs: 30, lr: 1e-3 },
  "few-shot": { epochs: 30, lr: 3e-3 },
};

/** What a training takes where nobody chose. `task` is one of the command's: "image", "text", "masked", ... */
export const usualOptions = ({
  task,
  strategy,
}: {
  task: string;
  strategy: Strategy;
}): UsualOptions => ({
  ...unset,
  shotsHead: "discriminant",
  views: 1,
  augment: "basic",
  features: "float32",
  learners: "all",
  rank: 8,
  batchSize: 32,
  accumulate: 1,
  headEpochs: 30,
  headLr: 3e-3,
  schedule: "cosine",
  warmup: null,
  layerDecay: 1,
  weightDecay: 0.05,
  decayToStart: false,
  clipNorm: null,
  balance: "none",
  labelSmoothing: 0,
  // Every sample is a shot; none is set apart where nothing needs it.
  validation: strategy === "few-shot" ? 0 : 0.2,
  keepDuplicates: false,
  seed: 0,
  device: "auto",
  strict: false,
  saveSeconds: 30,
  keep: 2,
  ...byStrategy[strategy],
  ...(isOfTexts(task) ? ofTexts(strategy) : {}),
  ...(task === "masked" && strategy === "finetune" ? ofHiddenWords : {}),
});

const unset: Readonly<Record<Unset, null>> = {
  text: null,
  pair: null,
  label: null,
  maxLength: null,
  targets: null,
  cut: null,
  ema: null,
  patience: null,
  mixup: null,
  cutmix: null,
  groupBy: null,
  folds: null,
  warmStart: null,
  reject: null,
  saveEvery: null,
};

const isOfTexts = (task: string): boolean =>
  ["tokens", "qa", "masked"].includes(task) || task.startsWith("text");

/**
 * All layers of a BERT and its new head learn at once, in few epochs, down along a line (arXiv 1810.04805,
 * A.3); the decay is the paper's.
 */
const ofTexts = (strategy: Strategy): Partial<UsualOptions> => ({
  weightDecay: 0.01,
  batchSize: 16,
  ...(strategy === "finetune"
    ? { epochs: 4, headEpochs: 0, schedule: "linear", warmup: 0.1, clipNorm: 1 }
    : {}),
});

/** There is no new head to be taught, and much to read: longer, and at the rate for a task's own texts (arXiv 2004.10964, appendix B). */
const ofHiddenWords: Partial<UsualOptions> = { epochs: 10, lr: 1e-4 };
