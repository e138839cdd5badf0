import type { Parameter, Params } from "./parameter.js";

/** A parameter that applies where every named one, declared before it, has one of the given values. */
export type Conditional = Parameter & {
  readonly when?: Readonly<Record<string, readonly unknown[]>>;
};

/** Parameters by name, in the order in which they are decided, and what must hold between them. */
export type Space = {
  readonly parameters: Readonly<Record<string, Conditional>>;
  readonly constraints: readonly ((params: Params) => boolean)[];
};
