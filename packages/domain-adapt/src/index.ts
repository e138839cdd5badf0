export { featuresOf, type Matrix, matrixOf } from "./linalg/matrix.js";
export { unitRows, zScores } from "./linalg/moments.js";
