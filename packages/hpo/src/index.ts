export { SearchError, type SearchErrorCode } from "./error.js";
export type { Judged, Pruner } from "./pruner.js";
export type { Asked, Sampler } from "./sampler.js";
export type { Choice, Float, Int, Parameter, Params, Scalar } from "./space/parameter.js";
export type { Direction, FinishedTrial, Report, Suggested, TrialState } from "./trial.js";
