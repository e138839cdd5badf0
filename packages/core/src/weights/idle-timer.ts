/** A timeout that starts over with each byte, so that a large file may take its time. */
export function createIdleTimer(seconds: number) {
  const controller = new AbortController();
  const give = (): void => controller.abort();
  let timer = setTimeout(give, seconds * 1000);
  return {
    signal: controller.signal,
    touch: (): void => {
      clearTimeout(timer);
      timer = setTimeout(give, seconds * 1000);
    },
    stop: (): void => clearTimeout(timer),
  };
}

/** fetch hides what went wrong in its cause. */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message;
};
