/** What a choice may hold: plain JSON, compared by value. */
export type Scalar = string | number | boolean | null;

/** A number between two bounds, both included. */
export type Float = {
  readonly kind: "float";
  readonly min: number;
  readonly max: number;
  /** Even in the logarithm: for what is counted in powers, such as learning rates. */
  readonly log?: boolean;
  /** Only `min`, `min + step`, ... */
  readonly step?: number;
};

/** A whole number between two bounds, both included. */
export type Int = {
  readonly kind: "int";
  readonly min: number;
  readonly max: number;
  readonly log?: boolean;
  readonly step?: number;
};

/** One of some values, in no order. */
export type Choice<T extends Scalar = Scalar> = {
  readonly kind: "choice";
  readonly values: readonly T[];
};

/** What is searched. */
export type Parameter = Float | Int | Choice;

/** The values of one trial's parameters, by name; those that don't apply are absent. Plain JSON. */
export type Params = Readonly<Record<string, Scalar>>;
