/** The part of Student's distribution above t, for a whole number of degrees of freedom, by its finite series. */
export function studentAbove(t: number, freedom: number): number {
  const angle = Math.atan(t / Math.sqrt(freedom));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = freedom > 1 ? term : 0;
  for (let at = isOdd ? 3 : 2; at < freedom; at += 2) {
    term *= (cosine ** 2 * (at - 1)) / at;
    sum += term;
  }
  const between = isOdd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
  return (1 - between) / 2;
}
