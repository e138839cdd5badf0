import type { Model } from "@graft-ml/core";

/** Of BERT-base, as its paper has it (arXiv 1810.04805, A.3), and the most that smaller ones want (arXiv 1908.08962). */
const USUAL = { rate: 2e-5, width: 768 };
const MOST = 3e-4;

/** The peak rate at which all of a BERT learns: the wider, the slower, by the square. */
export function textRate({ config }: Pick<Model, "config">): number {
  const width = Number(config.hidden_size ?? config.dim ?? USUAL.width);
  const rate = Math.min(MOST, USUAL.rate * (USUAL.width / width) ** 2);
  return Number(rate.toPrecision(2));
}
