import type { TensorMap } from "../program.js";
import { nest } from "../tree.js";

/** Flat maps never change, so each is nested once, however many stages read it. */
const made = new WeakMap<TensorMap, unknown>();

/** The weights as a model's own type: `params["layer1.0.conv1.weight"]` as `p.layer1[0].conv1.weight`. */
export function nested<T>(params: TensorMap): T {
  const found = made.get(params) ?? nest<unknown>(params);
  made.set(params, found);
  return found as T;
}
