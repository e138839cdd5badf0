export type { TestKit } from "./conformance/kit.js";
export { engineConformance } from "./conformance.js";
export { readGolden, worstDifference } from "./golden.js";
export { leakedTensors } from "./leaks.js";
