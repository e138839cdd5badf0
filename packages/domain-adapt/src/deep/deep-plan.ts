import {
  type FloatWeights,
  freezeTo,
  type Model,
  mapWeights,
  type ParamGroups,
  type Program,
  paramGroups,
  pickWeights,
  type Snapshot,
  type Source,
  type Task,
} from "@graft-ml/core";
import type { AdaptDeepOptions } from "./adapt-deep-options.js";
import type { Adaptation } from "./adaptation.js";
import { adaptationProgram } from "./adaptation-program.js";
import { deepAdaptation } from "./adaptations.js";
import { meanTeacherProgram, teacherWeights, withTeacher } from "./mean-teacher.js";
import { startWeights } from "./start-weights.js";
import { readsOfViews, twoViews } from "./two-views.js";

/** What a method needs of a training. */
export type DeepPlan = {
  readonly program: Program;
  readonly target: Source;
  /** What is read of the target. */
  readonly reads: Pick<Task, "inputs" | "sides">;
  readonly session: {
    readonly weights: FloatWeights;
    readonly buffers: FloatWeights;
    readonly groups: ParamGroups;
  };
  /** The model's own weights in the end. */
  learned(snapshot: Snapshot): FloatWeights;
};

/** Throws `config-invalid` and `weight-missing`. */
export function planDeep(options: AdaptDeepOptions): DeepPlan {
  const { method, model, task, target } = options;
  if (method === "mean-teacher") return planTeacher(options);
  const adaptation =
    typeof method === "string"
      ? deepAdaptation(method, {
          features: model.numFeatures,
          classes: model.numClasses,
          ...options.adaptation,
        })
      : method;
  return {
    program: adaptationProgram({ ...options, adaptation }),
    target,
    reads: task,
    session: sessionOf(options, adaptation),
    learned: ({ weights, buffers }) => ordered(model, { ...weights, ...buffers }),
  };
}

function planTeacher(options: AdaptDeepOptions): DeepPlan {
  const { model, task, target, teacher = {}, weight } = options;
  const session = sessionOf(options, { name: "mean-teacher", specs: {} });
  const learns = (name: string) => !session.groups(name, model.specs[name]!.shape).frozen;
  return {
    program: meanTeacherProgram({
      task,
      model,
      ...teacher,
      ...(weight === undefined ? {} : { weight }),
    }),
    target: twoViews(target, task),
    reads: readsOfViews(task),
    session: { ...withTeacher(session, learns), groups: session.groups },
    learned: (snapshot) => ordered(model, teacherWeights(snapshot)),
  };
}

const ordered = (model: Model, weights: FloatWeights): FloatWeights =>
  mapWeights(model.specs, (_, name) => weights[name]!);

/** Running statistics are buffers where they move, and frozen weights where they don't. */
function sessionOf(
  options: AdaptDeepOptions,
  adaptation: Pick<Adaptation, "name" | "specs" | "fixed">,
): DeepPlan["session"] {
  const { model, cut, batchNorm = options.weights ? "frozen" : "live" } = options;
  const weights = startWeights(options, adaptation);
  const isFrozen = cut === undefined ? () => false : freezeTo(model, cut);
  const isStatistic = (name: string) => model.specs[name]?.role === "buffer";
  const isLive = (name: string) => batchNorm === "live" && isStatistic(name) && !isFrozen(name);
  const isFixed = (name: string) => adaptation.fixed?.(name) === true;
  return {
    weights: pickWeights(weights, (name) => !isLive(name)),
    buffers: pickWeights(weights, isLive),
    groups: paramGroups({ freeze: (name) => isFrozen(name) || isStatistic(name) || isFixed(name) }),
  };
}
