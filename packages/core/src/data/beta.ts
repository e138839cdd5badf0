import { type Draw, normalValues, uniformValues } from "../random.js";

/**
 * Beta(alpha, alpha) draws, each of `count` its own: the share of one of two independent gammas in their
 * sum. Logarithms are used throughout, since for a small alpha both gammas are too small for a float.
 */
export function betaValues(draw: Draw, count: number, alpha: number): Float32Array {
  const a = logGammaValues({ ...draw, site: `${draw.site}/a` }, count, alpha);
  const b = logGammaValues({ ...draw, site: `${draw.site}/b` }, count, alpha);
  return Float32Array.from(a, (log, index) => 1 / (1 + Math.exp(b[index]! - log)));
}

/** Logarithms of gamma draws (Marsaglia and Tsang 2000), boosted from shape + 1 so that any shape > 0 works. */
function logGammaValues(draw: Draw, count: number, shape: number): Float64Array {
  const d = shape + 2 / 3;
  const logs = new Float64Array(count).fill(Number.NaN);
  // One draw in twenty is rejected; its next try has a counter of its own, so no draw moves another.
  for (let attempt = 0; logs.some(Number.isNaN); attempt++) {
    const z = normalValues({ ...draw, micro: attempt, site: `${draw.site}/normal` }, count);
    const u = uniformValues({ ...draw, micro: attempt, site: `${draw.site}/accept` }, count);
    for (let index = 0; index < count; index++) {
      if (Number.isNaN(logs[index])) logs[index] = tryGamma(d, z[index]!, u[index]!);
    }
  }
  const boost = uniformValues({ ...draw, site: `${draw.site}/boost` }, count);
  // Half a step up from the grid of 2^-24: never 0.
  return logs.map((log, index) => log + Math.log(boost[index]! + 2 ** -25) / shape);
}

/** The logarithm of the gamma draw, or NaN where it is rejected. */
function tryGamma(d: number, z: number, u: number): number {
  const v = (1 + z / Math.sqrt(9 * d)) ** 3;
  const accepted = v > 0 && Math.log(u) < (z * z) / 2 + d - d * v + d * Math.log(v);
  return accepted ? Math.log(d * v) : Number.NaN;
}
