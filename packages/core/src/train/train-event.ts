/** Plain JSON; epochs and steps count from 1. */
export type TrainEvent =
  | {
      readonly type: "train-start";
      readonly epochs: number;
      readonly stepsPerEpoch: number;
      readonly steps: number;
      /** Updates made before. */
      readonly startStep: number;
    }
  | {
      readonly type: "step-end";
      readonly epoch: number;
      readonly step: number;
      /** Updates of the whole training. */
      readonly steps: number;
      readonly loss: number;
      readonly metrics: Readonly<Record<string, number>>;
      readonly gradNorm: number;
      readonly rate?: number;
      readonly samplesPerSecond: number;
      readonly secondsLeft: number;
    }
  | {
      readonly type: "epoch-end";
      readonly epoch: number;
      readonly step: number;
      /** Mean training loss over the epoch's steps. */
      readonly loss: number;
      /** What `evaluate` returned. */
      readonly metrics: Readonly<Record<string, number>>;
      readonly seconds: number;
    }
  | { readonly type: "checkpoint-saved"; readonly epoch: number; readonly step: number }
  /** After an epoch without a better metric. */
  | {
      readonly type: "rate-lowered";
      readonly epoch: number;
      readonly step: number;
      /** What the schedule's rate is multiplied by from now on. */
      readonly rateFactor: number;
      /** Of the next update. */
      readonly rate?: number;
    }
  /** After a divergence: what was told of the steps after `to` is void. */
  | {
      readonly type: "rolled-back";
      /** Updates made when it was found, and those that are left. */
      readonly step: number;
      readonly to: number;
      readonly rateFactor: number;
      readonly rate?: number;
      /** Counts from 1 up to `tries`. */
      readonly attempt: number;
      readonly tries: number;
      readonly reason: string;
    }
  | {
      readonly type: "stopped-early";
      readonly epoch: number;
      readonly step: number;
      readonly metric: string;
      /** Epochs without a better metric. */
      readonly waited: number;
    }
  /** The session holds the weights of this epoch now. */
  | {
      readonly type: "best-restored";
      readonly epoch: number;
      readonly step: number;
      readonly metric: string;
      readonly value: number;
    }
  | {
      readonly type: "train-end";
      readonly epochs: number;
      readonly step: number;
      readonly seconds: number;
    };
