export {
  type BertGolden,
  bertGoldenBatch,
  bertGoldenWeights,
  digestError,
  stageError,
} from "./bert-golden.js";
export type { TestKit } from "./conformance/kit.js";
export { engineConformance } from "./conformance.js";
export { formulaValues } from "./formula.js";
export { readGolden } from "./golden.js";
export { type GradientCase, gradientCases, makeInputs } from "./gradient-cases.js";
export { checkGradients, type GradientCheck } from "./gradients.js";
export {
  type HubFault,
  type HubRepo,
  type HubRequest,
  type HubServer,
  hubCommit,
  hubEtag,
  startHubServer,
} from "./hub-server.js";
export { leakedTensors } from "./leaks.js";
export { makeZip, type ZipOptions, type ZipPart } from "./make-zip.js";
export { randomGolden } from "./random-golden.js";
export { sharedPath } from "./shared.js";
export { movingSource, type TrainRun, type TrainRunOptions, trainRun } from "./train-run.js";
export { worstDifference } from "./worst-difference.js";
