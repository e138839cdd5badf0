import type { DownloadEvent } from "../../weights/hub/transport.js";

/** Counts bytes as they come. */
export type Meter = {
  bytes(): number;
  /** An event to show, at most ten a second. */
  add(bytes: number): DownloadEvent | undefined;
  /** Everything comes again. */
  reset(): void;
  seconds(): number;
};

export function createMeter(
  { file, bytes: total }: { readonly file: string; readonly bytes: number },
  start: number,
  now: () => number = () => performance.now(),
): Meter {
  const begun = now();
  let [bytes, came, told] = [start, 0, begun];
  return {
    bytes: () => bytes,
    seconds: () => (now() - begun) / 1000,
    reset: () => {
      bytes = 0;
    },
    add: (more) => {
      bytes += more;
      came += more;
      const time = now();
      if (time - told < 100) return undefined;
      told = time;
      const secondsLeft = ((total - bytes) * (time - begun)) / 1000 / came;
      return { type: "download-progress", file, bytes, total, secondsLeft };
    },
  };
}
