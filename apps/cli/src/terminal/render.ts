import { liveBlock } from "./live-block.js";
import { createProgress, type Progress } from "./progress.js";

type Stream = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/** Characters a line where the output is no terminal. */
const WIDTH = 100;

/** How a person sees a command's events; with --json each event is a line as it is. */
export type View<E> = {
  /** The line for standard output, or undefined for none. */
  line(event: E): string | undefined;
  /** The line that is shown with --quiet, too; `width` is the terminal's, in characters. Default: none. */
  result?(event: E, width: number): string | undefined;
  /** What must be known although nothing failed: for standard error. */
  warning?(event: E): string | undefined;
  /** How far the work is: for a bar on a terminal. */
  progress?(event: E): Progress | undefined;
  /** What stands below all lines on a terminal and changes in place, no longer than `width`. Default: nothing. */
  live?(event: E, width: number): readonly string[];
};

/** Shows events as they come: the one place that writes results. */
export async function render<E extends { readonly type: string }>(
  events: AsyncIterable<E>,
  view: View<E>,
  options: { json: boolean; quiet: boolean; stdout: Stream; stderr: Stream },
): Promise<void> {
  const { json, quiet, stdout, stderr } = options;
  const bottom = bottomOf(view, stderr, { silent: quiet || stderr.isTTY !== true });
  const print = (line: string | undefined): void => {
    if (line !== undefined) bottom.above(() => stdout.write(`${line}\n`));
  };
  try {
    for await (const event of events) {
      bottom.before(event);
      if (json) {
        print(JSON.stringify(event));
        continue;
      }
      const warning = view.warning?.(event);
      if (warning !== undefined) bottom.above(() => stderr.write(`warning: ${warning}\n`));
      const result = view.result?.(event, stdout.columns ?? WIDTH);
      print(quiet ? result : (result ?? view.line(event)));
      bottom.after(event);
    }
  } finally {
    bottom.stop();
  }
}

/** What moves below the lines: a bar where there is progress, else what the view keeps there. */
function bottomOf<E>(view: View<E>, stream: Stream, { silent }: { silent: boolean }) {
  const bar = createProgress(stream, { silent });
  const block = liveBlock(stream);
  return {
    above: (write: () => void): void => bar.above(() => block.above(write)),
    before(event: E): void {
      const progress = view.progress?.(event);
      if (progress) block.show([]);
      bar.show(progress);
    },
    /** A view knows what an event means once it has told its line. */
    after(event: E): void {
      if (silent || !view.live || view.progress?.(event)) return;
      bar.stop();
      block.show(view.live(event, (stream.columns || WIDTH) - 1));
    },
    stop(): void {
      bar.stop();
      block.show([]);
    },
  };
}

/** A share of 1 as a person reads it: 0.973 -> "97.3 %". */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
