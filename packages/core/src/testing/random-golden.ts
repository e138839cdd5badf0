/** One draw that every engine must meet, computed apart from this code with Python's whole numbers. */
export const randomGolden = {
  draw: { seed: 20231124, step: 7, micro: 1, site: "classifier.0" },
  keep: 0.8,
  bits: [0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 0, 1, 1, 0],
  uniform: [13894845, 1166591, 12928994, 8053057, 4070406, 12314754].map((bits) => bits / 2 ** 24),
} as const;
