import type { Choice, Parameter, Params, Scalar } from "./parameter.js";

/** A parameter that applies where every named one, declared before it, has one of the given values. */
export type Conditional = Parameter & {
  readonly when?: Readonly<Record<string, readonly Scalar[]>>;
};

/** Parameters by name, in the order in which they are decided. Plain JSON. */
export type Parameters = Readonly<Record<string, Conditional>>;

/** What is searched, and what must hold between its parameters. */
export type Space<D extends Parameters = Parameters> = {
  readonly parameters: D;
  readonly constraints: readonly ((params: Params) => boolean)[];
};

type Optional<D extends Parameters> = {
  [N in keyof D]: D[N] extends { readonly when: object } ? N : never;
}[keyof D];

type ValueOf<P> = P extends Choice<infer T> ? T : number;

type Flat<T> = { readonly [N in keyof T]: T[N] };

/** The parameters an objective of a space is called with; conditional ones may be absent. */
export type ParamsOf<S extends Space> = Flat<
  {
    [N in Exclude<keyof S["parameters"], Optional<S["parameters"]>>]: ValueOf<S["parameters"][N]>;
  } & {
    [N in Optional<S["parameters"]>]?: ValueOf<S["parameters"][N]>;
  }
>;
