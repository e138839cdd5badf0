import type * as tf from "@tensorflow/tfjs-core";

/** How one weight is treated. `rate` and `decay` multiply the optimizer's own. */
export type ParamGroup = {
  readonly rate: number;
  readonly decay: number;
  readonly frozen: boolean;
};

/** Groups are a function of the weight's name and shape, so there is no list to keep in step. */
export type ParamGroups = (name: string, shape: readonly number[]) => ParamGroup;

/** A number, or how it changes with the step (counted from 0). */
export type Schedule = number | ((step: number) => number);

export const at = (schedule: Schedule, step: number): number =>
  typeof schedule === "function" ? schedule(step) : schedule;

/** What enters the update of one weight as plain numbers, so that nothing is retraced. */
export type OptimizerScalars = Readonly<Record<string, number>>;

/**
 * A pure policy, stated per weight. An engine that knows `name` may use its own fused kernel, which
 * must agree with `update` (the conformance suite says so).
 */
export type Optimizer = {
  readonly name: string;
  /** The arrays of state each weight carries, all of its shape and zero at first. */
  readonly slots: readonly string[];
  /** `step` counts from 0: the number of updates made before this one. */
  scalars(input: { step: number; group: ParamGroup }): OptimizerScalars;
  update(input: {
    weight: tf.Tensor;
    grad: tf.Tensor;
    state: Readonly<Record<string, tf.Tensor>>;
    scalars: OptimizerScalars;
  }): { weight: tf.Tensor; state: Readonly<Record<string, tf.Tensor>> };
};
