export { SearchError, type SearchErrorCode } from "./error.js";
export { type FoldScores, foldScores } from "./folds/fold-scores.js";
export { type Fold, type FoldsOptions, folds } from "./folds/folds.js";
export { type RacingOptions, racing } from "./folds/racing.js";
export { type Importance, type ImportanceOptions, importance } from "./importance/importance.js";
export type { Judged, Pruner } from "./pruner.js";
export { anyOf } from "./pruners/any-of.js";
export { type HyperbandOptions, hyperband } from "./pruners/hyperband.js";
export { median } from "./pruners/median.js";
export { notFinite } from "./pruners/not-finite.js";
export { type PatienceOptions, patience } from "./pruners/patience.js";
export { type PercentileOptions, percentile } from "./pruners/percentile.js";
export type { Pace } from "./pruners/reported.js";
export { type HalvingOptions, successiveHalving } from "./pruners/successive-halving.js";
export { type ThresholdOptions, threshold } from "./pruners/threshold.js";
export { type PlacedContext, placeOf, type RoundPlace } from "./rounds/place.js";
export { goingOn, type PlannedRound, planRounds, type RoundsPace } from "./rounds/plan-rounds.js";
export {
  type FoundRound,
  halvingRounds,
  type RoundContext,
  type RoundsEvent,
  type RoundsOptions,
  type RoundsResult,
} from "./rounds/rounds.js";
export { trialsOfRounds } from "./rounds/trials-of-rounds.js";
export type { Asked, Sampler } from "./sampler.js";
export { type CmaEsOptions, cmaEs } from "./samplers/cma-es.js";
export { type GaussianProcessOptions, gaussianProcess } from "./samplers/gaussian-process.js";
export { type GridOptions, grid } from "./samplers/grid.js";
export { quasiRandom } from "./samplers/quasi-random.js";
export { random } from "./samplers/random.js";
export { type TpeOptions, tpe } from "./samplers/tpe.js";
export type { SearchEnd, SearchEvent, SearchResult } from "./search/events.js";
export { trialsToCsv, trialsToJson } from "./search/export.js";
export type {
  HeldTrial,
  Journal,
  KnownTrials,
  OpenJournal,
  SearchHeader,
} from "./search/journal.js";
export { isPruned, type Objective, type TrialContext } from "./search/objective.js";
export type { SearchOptions } from "./search/options.js";
export { paretoFront } from "./search/pareto-front.js";
export { search } from "./search/search.js";
export { branch, type Conditions, choice, float, int, space, when } from "./space/build.js";
export { formatSpace } from "./space/format.js";
export { spaceFromJson } from "./space/json.js";
export type { Choice, Float, Int, Parameter, Params, Scalar } from "./space/parameter.js";
export { problemOf } from "./space/params.js";
export { parseSpace } from "./space/parse.js";
export type { Conditional, Parameters, ParamsOf, Space } from "./space/space.js";
export type { Direction, FinishedTrial, Report, Suggested, TrialState } from "./trial.js";
