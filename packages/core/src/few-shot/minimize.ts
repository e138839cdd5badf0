import { dot } from "./few-shot-head.js";

/** Writes the gradient at a point; returns the value there. */
export type Descent = (at: Float64Array, gradient: Float64Array) => number;

/** A gradient by the inverse of a curvature that is nearly the function's: linear. */
export type Precondition = (gradient: Float64Array) => Float64Array;

export type MinimizeOptions = {
  /** The steepest slope that counts as none. Default 1e-8. */
  tolerance?: number;
  /** What makes steps better: made, at some cost, after so many, and again after twice as many and so on. */
  precondition?: { readonly after: number; at(point: Float64Array): Precondition };
};

/** A point, its value and gradient, and that preconditioned. */
type Point = {
  readonly at: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
  readonly turned: Float64Array;
};

/** How far a step went, by how much the gradient changed on it, the same preconditioned, and 1 / their product. */
type Step = {
  readonly moved: Float64Array;
  readonly bent: Float64Array;
  readonly turned: Float64Array;
  readonly scale: number;
};

/** Steps whose curvature is remembered. */
const MEMORY = 10;
/** A bound that a convex function doesn't come near. */
const STEPS = 1000;

/**
 * The minimum of a smooth convex function, by L-BFGS (Nocedal and Wright, Numerical Optimization, 7.2):
 * it ends where nothing slopes by more than the tolerance, or where float64 sees no lower value.
 */
export function minimize(
  f: Descent,
  start: Float64Array,
  { tolerance = 1e-8, precondition }: MinimizeOptions = {},
): Float64Array {
  const known: Step[] = [];
  let turn = asItIs;
  let nextTurn = precondition?.after;
  let here = pointAt(f, start, turn);
  for (let step = 0; step < STEPS; step++) {
    if (here.gradient.every((slope) => Math.abs(slope) <= tolerance)) break;
    if (precondition && step === nextTurn) {
      turn = precondition.at(here.at);
      nextTurn = 2 * step + precondition.after;
      known.length = 0;
      here = { ...here, turned: turn(here.gradient) };
    }
    const next = lower(f, here, { direction: downhill(here, known), turn });
    if (!next || next.value >= here.value) break;
    remember(known, here, next);
    here = next;
  }
  return here.at;
}

const asItIs: Precondition = (gradient) => gradient;

function pointAt(f: Descent, at: Float64Array, turn: Precondition): Point {
  const gradient = new Float64Array(at.length);
  const value = f(at, gradient);
  return { at, value, gradient, turned: turn(gradient) };
}

/** Half as far each time, until the value falls by a share of what the slope promises. */
function lower(
  f: Descent,
  { at, value, gradient }: Point,
  { direction, turn }: { direction: Float64Array; turn: Precondition },
): Point | undefined {
  const slope = dot(gradient, direction);
  for (let far = 1; far > 1e-12; far /= 2) {
    const found = pointAt(f, sum(at, direction, far), turn);
    if (found.value <= value + 1e-4 * far * slope) return found;
  }
  return undefined;
}

/**
 * Minus the gradient, turned by what is known of the curvature: the two loops of L-BFGS. Both forms are
 * kept, as it is and preconditioned, since that is linear and dear.
 */
function downhill({ gradient, turned }: Point, known: readonly Step[]): Float64Array {
  const plain = gradient.map((slope) => -slope);
  const direction = turned.map((slope) => -slope);
  const shares = known.toReversed().map((step) => {
    const share = dot(step.moved, plain) * step.scale;
    add(plain, step.bent, -share);
    add(direction, step.turned, -share);
    return share;
  });
  const size = sizeOf(known.at(-1), gradient, turned);
  for (let i = 0; i < direction.length; i++) direction[i]! *= size;
  for (const [i, { moved, bent, scale }] of known.entries()) {
    add(direction, moved, shares[known.length - 1 - i]! - scale * dot(bent, direction));
  }
  return direction;
}

/** What makes the last step's change of the gradient as long as the step. */
function sizeOf(last: Step | undefined, gradient: Float64Array, turned: Float64Array): number {
  if (last) return 1 / (last.scale * dot(last.bent, last.turned));
  // Without curvature the first step is one long at most.
  return gradient === turned ? 1 / Math.max(1, Math.sqrt(dot(gradient, gradient))) : 1;
}

function remember(known: Step[], from: Point, to: Point): void {
  const moved = sum(to.at, from.at, -1);
  const bent = sum(to.gradient, from.gradient, -1);
  const curvature = dot(moved, bent);
  if (!(curvature > 0)) return;
  const turned = to.turned === to.gradient ? bent : sum(to.turned, from.turned, -1);
  known.push({ moved, bent, turned, scale: 1 / curvature });
  if (known.length > MEMORY) known.shift();
}

function add(to: Float64Array, values: Float64Array, factor: number): void {
  for (let i = 0; i < to.length; i++) to[i]! += factor * values[i]!;
}

/** a + factor b */
function sum(a: Float64Array, b: Float64Array, factor: number): Float64Array {
  const result = Float64Array.from(a);
  add(result, b, factor);
  return result;
}
