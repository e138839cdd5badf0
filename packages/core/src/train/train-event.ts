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
  | {
      readonly type: "train-end";
      readonly epochs: number;
      readonly step: number;
      readonly seconds: number;
    };
