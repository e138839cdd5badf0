export { cholesky, solveLower, solveSymmetric, solveUpper, solveVector } from "./cholesky.js";
export {
  featuresOf,
  type Matrix,
  mapMatrix,
  matrixOf,
  rowOf,
  stackRows,
  takeRows,
  transpose,
  zeros,
} from "./matrix.js";
export { gram, innerProducts, multiply, multiplyTransposed } from "./products.js";
