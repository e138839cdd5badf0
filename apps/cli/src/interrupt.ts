type Signals = Pick<NodeJS.EventEmitter, "on" | "off">;

/**
 * Turns Ctrl-C (and SIGTERM) into an abort that the work in flight can answer by saving. The second
 * one only says so: nothing ends a computation in the middle.
 */
export function onInterrupt(
  source: Signals,
  say: (line: string) => void,
): { signal: AbortSignal; stop: () => void } {
  const abort = new AbortController();
  const heard = (): void => {
    if (abort.signal.aborted) {
      say("Still saving; this ends by itself in a moment.");
      return;
    }
    say("Stopping after the step in flight, then saving.");
    abort.abort();
  };
  source.on("SIGINT", heard).on("SIGTERM", heard);
  return {
    signal: abort.signal,
    stop: () => {
      source.off("SIGINT", heard).off("SIGTERM", heard);
    },
  };
}
