import type { Contestant, TrainEvent } from "../studio/studio.js";

export type Progress = {
  readonly of: Contestant;
  /** What is being done, in words. */
  readonly doing: string;
  /** Of what is being done now; undefined where it can't be told. */
  readonly share: number | undefined;
  readonly step: number;
  readonly steps: number;
  readonly secondsLeft: number | undefined;
};

export type Point = {
  readonly of: Contestant;
  readonly epoch: number;
  readonly loss: number;
  readonly validationLoss: number | undefined;
  readonly accuracy: number | undefined;
};

export type Curves = readonly Point[];

export type Followed = { readonly progress: Progress; readonly curves: Curves };

export const start: Followed = {
  progress: {
    of: "transfer",
    doing: "Getting ready",
    share: undefined,
    step: 0,
    steps: 0,
    secondsLeft: undefined,
  },
  curves: [],
};

/** What a training looks like after one more event. */
export function followEvent({ progress, curves }: Followed, event: TrainEvent): Followed {
  const { of } = event;
  const now = { ...progress, of };
  switch (event.type) {
    case "features": {
      const { count, total } = event;
      const doing = `Looking at your examples, ${count} of ${total}`;
      return { curves, progress: { ...now, doing, share: share(count, total) } };
    }
    case "phase":
      return {
        curves,
        progress: { ...now, doing: "Learning", step: 0, steps: event.steps, share: 0 },
      };
    case "step": {
      const { step, steps, secondsLeft } = event;
      const doing = `Learning, step ${step} of ${steps}`;
      return {
        curves,
        progress: { ...now, doing, step, steps, secondsLeft, share: share(step, steps) },
      };
    }
    case "epoch": {
      const { epoch, loss, validationLoss, accuracy } = event;
      return { progress: now, curves: [...curves, { of, epoch, loss, validationLoss, accuracy }] };
    }
    case "scoring":
      return {
        curves,
        progress: { ...now, doing: "Testing it on examples it never saw", share: undefined },
      };
  }
}

const share = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);
