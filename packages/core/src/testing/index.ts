export { readGolden, worstDifference } from "./golden.js";
export { leakedTensors } from "./leaks.js";
