const ROOT = Math.sqrt(2 * Math.PI);

/** The density of the normal distribution. */
export const normalDensity = (x: number): number => Math.exp(-0.5 * x * x) / ROOT;

/** The part of the normal distribution below x: a series inside (Marsaglia 2004), a continued fraction outside. */
export function normalBelow(x: number): number {
  if (x < -5) return normalDensity(x) / fraction(-x);
  if (x > 5) return 1 - normalDensity(x) / fraction(x);
  let [sum, term] = [x, x];
  for (let at = 3; Math.abs(term) > 1e-17 * Math.abs(sum); at += 2) {
    term *= (x * x) / at;
    sum += term;
  }
  return 0.5 + sum * normalDensity(x);
}

/** x + 1/(x + 2/(x + 3/(x + ...))). */
function fraction(x: number): number {
  let value = x;
  for (let at = 40; at > 0; at--) value = x + at / value;
  return value;
}
