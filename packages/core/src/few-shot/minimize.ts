import { dot } from "./few-shot-head.js";

/** Writes the gradient at a point; returns the value there. */
export type Descent = (at: Float64Array, gradient: Float64Array) => number;

/** How far a step went, by how much the gradient changed on it, and 1 / their product. */
type Step = { readonly moved: Float64Array; readonly bent: Float64Array; readonly scale: number };

/** Steps whose curvature is remembered. */
const MEMORY = 10;
/** A bound that a convex function doesn't come near. */
const STEPS = 1000;

/**
 * The minimum of a smooth convex function, by L-BFGS (Nocedal and Wright, Numerical Optimization, 7.2):
 * it ends where nothing slopes by more than the tolerance, or where float64 sees no lower value.
 */
export function minimize(f: Descent, start: Float64Array, tolerance = 1e-8): Float64Array {
  const known: Step[] = [];
  let at = start;
  let gradient: Float64Array = new Float64Array(at.length);
  let value = f(at, gradient);
  for (let step = 0; step < STEPS; step++) {
    if (gradient.every((slope) => Math.abs(slope) <= tolerance)) break;
    const next = lower(f, { at, value, gradient, direction: downhill(gradient, known) });
    if (!next || next.value >= value) break;
    remember(known, difference(next.at, at), difference(next.gradient, gradient));
    ({ at, value, gradient } = next);
  }
  return at;
}

type Point = {
  readonly at: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
};

/** Half as far each time, until the value falls by a share of what the slope promises. */
function lower(f: Descent, from: Point & { direction: Float64Array }): Point | undefined {
  const { at, value, gradient, direction } = from;
  const slope = dot(gradient, direction);
  for (let far = 1; far > 1e-12; far /= 2) {
    const next = at.map((x, i) => x + far * direction[i]!);
    const found = { at: next, gradient: new Float64Array(at.length) };
    const reached = f(next, found.gradient);
    if (reached <= value + 1e-4 * far * slope) return { ...found, value: reached };
  }
  return undefined;
}

/** Minus the gradient, turned by what is known of the curvature: the two loops of L-BFGS. */
function downhill(gradient: Float64Array, known: readonly Step[]): Float64Array {
  const direction = gradient.map((slope) => -slope);
  const shares = known.toReversed().map(({ moved, bent, scale }) => {
    const share = dot(moved, direction) * scale;
    add(direction, bent, -share);
    return share;
  });
  const last = known.at(-1);
  // Without curvature the first step is one long at most.
  const size = last
    ? 1 / (last.scale * dot(last.bent, last.bent))
    : 1 / Math.max(1, Math.sqrt(dot(gradient, gradient)));
  for (let i = 0; i < direction.length; i++) direction[i]! *= size;
  for (const [i, { moved, bent, scale }] of known.entries()) {
    add(direction, moved, shares[known.length - 1 - i]! - scale * dot(bent, direction));
  }
  return direction;
}

function remember(known: Step[], moved: Float64Array, bent: Float64Array): void {
  const curvature = dot(moved, bent);
  if (!(curvature > 0)) return;
  known.push({ moved, bent, scale: 1 / curvature });
  if (known.length > MEMORY) known.shift();
}

function add(to: Float64Array, values: Float64Array, factor: number): void {
  for (let i = 0; i < to.length; i++) to[i]! += factor * values[i]!;
}

const difference = (a: Float64Array, b: Float64Array): Float64Array =>
  a.map((value, i) => value - b[i]!);
