import type { Contestant, TimeLeft, TrainEvent } from "../studio/studio.js";

export type Progress = {
  readonly of: Contestant;
  /** What is being done, in words. */
  readonly doing: string;
  /** Of what is being done now; undefined where it can't be told. */
  readonly share: number | undefined;
  readonly left: TimeLeft | undefined;
};

type Point = {
  readonly of: Contestant;
  readonly epoch: number;
  readonly loss: number;
  readonly validationLoss: number | undefined;
  readonly accuracy: number | undefined;
};

export type Curves = readonly Point[];

export type Followed = { readonly progress: Progress; readonly curves: Curves };

const doing = (
  of: Contestant,
  what: string,
  share?: number | undefined,
  left?: TimeLeft,
): Progress => ({ of, doing: what, share, left });

export const start: Followed = { progress: doing("transfer", "Getting ready"), curves: [] };

/** What a training looks like after one more event. */
export function followEvent({ progress, curves }: Followed, event: TrainEvent): Followed {
  const { of } = event;
  switch (event.type) {
    case "features": {
      const { count, total } = event;
      const words = `Looking at your examples, ${count} of ${total}`;
      return { curves, progress: doing(of, words, shareOf(count, total)) };
    }
    case "phase":
      return { curves, progress: doing(of, "Learning", progress.of === of ? progress.share : 0) };
    case "step": {
      const { step, steps, left } = event;
      const words = `Learning, step ${step} of ${steps}`;
      return { curves, progress: doing(of, words, shareOf(step, steps), left) };
    }
    case "epoch": {
      const { epoch, loss, validationLoss, accuracy } = event;
      return { progress, curves: [...curves, { of, epoch, loss, validationLoss, accuracy }] };
    }
    case "scoring":
      return { curves, progress: doing(of, "Testing it on examples it never saw") };
  }
}

const shareOf = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);
