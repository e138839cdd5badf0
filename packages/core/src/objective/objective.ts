import type { Task } from "../fine-tune/task.js";
import type { Json } from "../program.js";

/**
 * What logits are trained towards, whatever they are computed from: the half of a `Task` that
 * pictures and texts share.
 */
export type Objective = Required<Pick<Task, "target" | "judge" | "config">> &
  Pick<Task, "score" | "settle"> & {
    /** "classification", "multi-label" or "regression": a part of a task's key. */
    readonly name: string;
  };

/** Drops what is undefined, so that a config is plain JSON. */
export const plainJson = (value: object): Json => JSON.parse(JSON.stringify(value)) as Json;
