import type {
  DivergenceOptions,
  Engine,
  FloatWeights,
  Model,
  Sampler,
  Source,
  Task,
  TrainOptions,
} from "@graft-ml/core";
import type { Adaptation } from "./adaptation.js";
import type { AdaptationName, AdaptationOptions } from "./adaptations.js";
import type { TeacherOptions } from "./mean-teacher.js";

export type AdaptDeepOptions = {
  engine: Engine;
  /** With as many outputs as the source has classes. */
  model: Model;
  /** Where training starts: pretrained, or already trained on the source. A head that they lack is drawn. Default: all drawn. */
  weights?: FloatWeights;
  task: Task;
  /** The task's fields: inputs and targets. */
  source: Source;
  /** The task's inputs; labels that it may have are not read. */
  target: Source;
  /** By its name, or one of your own; "mean-teacher" ends with the teacher's weights. */
  method: AdaptationName | "mean-teacher" | Adaptation;
  /** Of a method by its name, such as the temperature. Default: each one's own. */
  adaptation?: Partial<AdaptationOptions>;
  /** Of "mean-teacher". */
  teacher?: Omit<TeacherOptions, "weight">;
  /** What multiplies the penalty. Default: the method's own. */
  weight?: number;
  /** How much the penalty counts at a share of the training, 0 to 1. Default `reversalRamp`. */
  ramp?: (progress: number) => number;
  /** The stage whose outputs are compared. Default: the one before the head. */
  featuresAt?: string;
  /** Last frozen stage. Default: none is frozen. */
  cut?: string;
  /**
   * What unfrozen batch norm does in training: keep its running statistics, or use and move those of both
   * domains' samples together. Default "frozen", from drawn weights "live".
   */
  batchNorm?: "frozen" | "live";
  /** Of the source. Default 20. */
  epochs?: number;
  /** Learning rate, which falls to 0 along a cosine. Default 3e-4. */
  rate?: number;
  /** AdamW's decoupled decay. Default 0.05. */
  weightDecay?: number;
  /** Samples of each domain in a batch. Default 32, or all of the source if they are fewer. */
  batchSize?: number;
  /** Decides what is drawn and the order of the batches. Default 0. */
  seed?: number;
  /** Which of the source's samples an epoch draws. Default: each once. */
  sampler?: Sampler;
  /** Labelled samples that are scored after each epoch. Default: nothing is. */
  validation?: Source;
  /** Largest global L2 norm of the gradients. Default: no clipping. */
  clipNorm?: number;
  /** How to go back from a loss that explodes; false ends the run there. Default: `train`'s own. */
  divergence?: DivergenceOptions | false;
  signal?: AbortSignal;
  checkpoint?: NonNullable<TrainOptions["checkpoint"]>;
  /** A checkpoint of the same options: goes on to the same bytes. */
  resume?: NonNullable<TrainOptions["resume"]>;
};

export type DeepAdapted = {
  readonly model: Model;
  /** Every weight of the model by checkpoint key, running statistics included. */
  readonly weights: FloatWeights;
};
