import { expect, test } from "vitest";
import { textRate } from "./text-rate.js";

test.for([
  [{ hidden_size: 128 }, 3e-4],
  [{ hidden_size: 192 }, 3e-4],
  [{ hidden_size: 384 }, 8e-5],
  [{ dim: 768 }, 2e-5],
  [{ hidden_size: 1024 }, 1.1e-5],
] as const)("a network of %o learns at %d", ([config, rate]) => {
  expect(textRate({ config })).toBe(rate);
});
