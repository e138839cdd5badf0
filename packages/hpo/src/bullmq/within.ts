/** Waits for something, but no longer than so many milliseconds. Whether it came. */
export async function within(milliseconds: number, something: Promise<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false);
  });
  const came = something.then(() => true as const);
  return await Promise.race([came, late]).finally(() => clearTimeout(timer));
}
