/** The 95 % interval of a share that was seen on `count` samples (Wilson 1927): small sets tell little. */
export function spread(share: number, count: number): { low: number; high: number } {
  const z = 1.96;
  const scale = 1 + z ** 2 / count;
  const middle = (share + z ** 2 / (2 * count)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / count + z ** 2 / (4 * count ** 2));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
