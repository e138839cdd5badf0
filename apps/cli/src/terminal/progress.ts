import { SingleBar } from "cli-progress";

export type Progress = {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  /** Default: worked out from the speed so far. */
  readonly secondsLeft?: number;
  /** A few words at the end, such as the loss. */
  readonly detail?: string;
};

type Bar = {
  show(progress: Progress | undefined): void;
  /** Takes the bar away while something else is written above it. */
  above(write: () => void): void;
  stop(): void;
};

const silence: Bar = { show: () => {}, above: (write) => write(), stop: () => {} };

/** One bar at the bottom of a terminal, taken away at the end; `silent` gives one that shows nothing. */
export function createProgress(
  stream: NodeJS.WritableStream,
  { silent }: { silent: boolean },
): Bar {
  if (silent) return silence;
  let bar: SingleBar | undefined;
  let label = "";
  const stop = (): void => {
    bar?.stop();
    bar = undefined;
  };
  const start = (progress: Progress): SingleBar => {
    const made = new SingleBar({
      stream,
      format: "{label} [{bar}] {percentage}% | {left} left | {detail}",
      clearOnComplete: true,
      barsize: 30,
      hideCursor: null,
      etaBuffer: 20,
    });
    made.start(progress.total, progress.done, payload(progress));
    return made;
  };
  return {
    show(progress) {
      if (progress === undefined) return;
      if (progress.label !== label) stop();
      label = progress.label;
      bar ??= start(progress);
      bar.update(progress.done, payload(progress));
    },
    above(write) {
      stop();
      write();
    },
    stop,
  };
}

const payload = ({ label, secondsLeft, detail = "" }: Progress) => ({
  label,
  detail,
  left: secondsLeft === undefined ? "?" : duration(secondsLeft),
});

/** Seconds as a person says them: 4 s, 3 min 20 s, 2 h 5 min. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
