/**
 * p-values of many tests, corrected so that of those below q a share of q at most is expected to be false
 * (Benjamini and Hochberg 1995): the least p m / rank of all that are at least as large. In their order.
 */
export function benjaminiHochberg(ps: readonly number[]): number[] {
  const order = ps.map((_, at) => at).sort((a, b) => ps[b]! - ps[a]!);
  const corrected = new Array<number>(ps.length);
  let least = 1;
  order.forEach((at, place) => {
    least = Math.min(least, (ps[at]! * ps.length) / (ps.length - place));
    corrected[at] = least;
  });
  return corrected;
}
