import type { Batches } from "../data/batch.js";
import type { Session, Snapshot } from "../engine.js";
import type { Schedule } from "../optim/optimizer.js";
import type { PlateauOptions, PlateauState } from "../optim/plateau.js";
import type { Program } from "../program.js";
import type { DivergenceOptions, DivergenceState } from "./divergence-guard.js";
import type { EarlyStoppingOptions, EarlyStoppingState } from "./early-stopping.js";

/** How far a training is, in plain data. */
export type TrainProgress = {
  /** Updates made: what `startStep` takes. */
  readonly step: number;
  readonly epoch: number;
  /** Sum of the losses of this epoch's steps so far: what `startLossSum` takes. */
  readonly lossSum: number;
  /** What `evaluate` returned, where an epoch just ended. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly plateau?: PlateauState;
  readonly stopping?: EarlyStoppingState;
  readonly divergence?: DivergenceState;
};

/** A place to go on from. */
export type TrainPoint = TrainProgress & { readonly snapshot: Snapshot };

/** What goes on from here to the same bytes: everything learned, and how far the data was read. */
export type TrainCheckpoint = TrainPoint & {
  /** The weights and running statistics of the best epoch so far, where there is `earlyStopping`. */
  readonly best?: Pick<Snapshot, "weights" | "buffers">;
  /** Where a divergence goes back to, if not to this very checkpoint. */
  readonly rollback?: TrainPoint;
};

export type TrainOptions = {
  session: Session;
  program: Program;
  batches: Batches;
  /** In all, those of the run that this one goes on from included. */
  epochs: number;
  /** Goes on from here, to the same bytes as if never stopped: restores the session and all else. */
  resume?: TrainCheckpoint;
  /** Updates made before, where the caller has restored the session. Default 0, or the checkpoint's. */
  startStep?: number;
  /** The checkpoint's `lossSum`, so that the first `epoch-end` tells the whole epoch's loss. Default 0. */
  startLossSum?: number;
  /** Micro-batches an update; an epoch's last update takes what is left. Default 1. */
  accumulate?: number;
  /** Largest global L2 norm of the gradients. Default: no clipping. */
  clipNorm?: number;
  /** The optimizer's learning rate, only to be told in events. */
  rate?: Schedule;
  /** Finishes the step in flight, saves a checkpoint if there is `checkpoint`, then throws `aborted`. */
  signal?: AbortSignal;
  /** Called after each epoch; what it returns is `epoch-end`'s `metrics`. */
  evaluate?: (context: {
    epoch: number;
    step: number;
  }) => Promise<Readonly<Record<string, number>>>;
  /** The optimizer is one of `withEma`: evaluates the running means, and ends with them as the weights. Default false. */
  averaged?: boolean;
  /** Lowers the rate when a metric of `evaluate` stops getting better. */
  plateau?: PlateauOptions & { metric: string };
  /** Stops when a metric of `evaluate` stops getting better, and ends with the best epoch's weights. */
  earlyStopping?: EarlyStoppingOptions;
  /**
   * When the loss explodes or isn't finite, goes back to the last good checkpoint or epoch's end and on
   * from there at a lower rate. Default: the run ends with the error. Holds one snapshot in memory.
   */
  divergence?: DivergenceOptions;
  checkpoint?: {
    /** At each step that is a multiple of this. Default: the end of each epoch alone. */
    everySteps?: number;
    /** Seconds between two checkpoints. */
    everySeconds?: number;
    save(checkpoint: TrainCheckpoint): Promise<void>;
  };
};
