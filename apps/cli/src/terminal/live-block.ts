import { clearScreenDown, moveCursor } from "node:readline";

type Stream = NodeJS.WritableStream;

/** Some lines at the bottom of a terminal that change in place. */
type LiveBlock = {
  /** Shows these instead of those before; none takes it away. */
  show(lines: readonly string[]): void;
  /** Takes it away while something else is written above it. */
  above(write: () => void): void;
};

/** Milliseconds between two looks: more than a person sees, less than a terminal minds. */
const PAUSE = 100;

/** A block on a stream that is a terminal. */
export function liveBlock(stream: Stream): LiveBlock {
  let shown: readonly string[] = [];
  let last = 0;
  const clear = (): void => {
    if (shown.length === 0) return;
    moveCursor(stream, 0, -shown.length);
    clearScreenDown(stream);
    shown = [];
  };
  const draw = (lines: readonly string[]): void => {
    clear();
    shown = lines;
    if (lines.length > 0) stream.write(`${lines.join("\n")}\n`);
  };
  return {
    show(lines) {
      const now = performance.now();
      if (lines.length > 0 && lines.length === shown.length && now - last < PAUSE) return;
      last = now;
      draw(lines);
    },
    above(write) {
      const lines = shown;
      clear();
      write();
      draw(lines);
    },
  };
}
