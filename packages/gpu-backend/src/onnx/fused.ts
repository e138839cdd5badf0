import type { Kernels } from "../wasm/kernels.js";
import { type Memory, slotRole } from "./memory.js";
import type { Update } from "./protocol.js";

type Scalars = Readonly<Record<string, number>>;

/** Where one weight's arrays are (bytes), how many floats they have, and what the gradient is multiplied by. */
type Arrays = {
  readonly kernels: Kernels;
  readonly weight: number;
  readonly gradient: number;
  readonly slots: readonly number[];
  readonly count: number;
  readonly scale: number;
};

type Loop = (arrays: Arrays, scalars: Scalars) => void;

type Fused = {
  readonly slots: readonly (readonly string[])[];
  readonly apply: Loop;
};

/** The optimizers that have loops of their own, and the sets of slots that these know. */
const table: Readonly<Record<string, Fused>> = {
  sgd: {
    slots: [[], ["momentum"]],
    apply: ({ kernels, weight, gradient, slots, count, scale }, scalars) => {
      const { rate, decay, momentum, nesterov } = required(scalars, [
        "rate",
        "decay",
        "momentum",
        "nesterov",
      ]);
      const [past] = slots;
      if (past === undefined) {
        kernels.sgd(weight, gradient, count, scale, rate, decay);
        return;
      }
      const [own, ahead] = nesterov === 1 ? [1, momentum] : [0, 1];
      kernels.sgdMomentum(
        ...([weight, gradient, past, count, scale] as const),
        ...([rate, decay, momentum, own, ahead] as const),
      );
    },
  },
  adamw: {
    slots: [["mean", "variance"]],
    apply: ({ kernels, weight, gradient, slots, count, scale }, scalars) => {
      const [mean = 0, variance = 0] = slots;
      const { rate, decay, beta1, beta2, epsilon, correction1, correction2 } = required(scalars, [
        "rate",
        "decay",
        "beta1",
        "beta2",
        "epsilon",
        "correction1",
        "correction2",
      ]);
      kernels.adamw(
        ...([weight, gradient, mean, variance, count, scale] as const),
        ...([rate / correction1, 1 - rate * decay, beta1, 1 - beta1] as const),
        ...([beta2, 1 - beta2, 1 / correction2, epsilon] as const),
      );
    },
  },
};

type Wrapper = {
  /** The last of the slots. */
  readonly slot: string;
  readonly around: (inner: Loop) => Loop;
};

/** Loops around another optimizer's, by the last word of a name such as "adamw+start+ema". */
const wrappers: Readonly<Record<string, Wrapper>> = {
  ema: {
    slot: "lag",
    around: (inner) => (arrays, scalars) => {
      const { kernels, weight, count } = arrays;
      const { emaKeep } = required(scalars, ["emaKeep"]);
      const [lag, slots] = lastOf(arrays.slots);
      kernels.accumulate(lag, weight, count);
      inner({ ...arrays, slots }, scalars);
      // keep (lag - weight) as a descent: lag - (keep weight + (1 - keep) lag).
      kernels.sgd(lag, weight, count, emaKeep, 1, 1 - emaKeep);
    },
  },
  start: {
    slot: "moved",
    around: (inner) => (arrays, scalars) => {
      const { kernels, weight, count } = arrays;
      const [moved, slots] = lastOf(arrays.slots);
      // weight - moved: where training started.
      kernels.sgd(weight, moved, count, 1, 1, 0);
      inner({ ...arrays, weight: moved, slots }, scalars);
      kernels.accumulate(weight, moved, count);
    },
  },
};

const lastOf = (slots: readonly number[]): [last: number, rest: readonly number[]] => [
  slots.at(-1) ?? 0,
  slots.slice(0, -1),
];

/** The loop of an optimizer with these slots; undefined where its own `update` has to run. */
function loopOf(name: string, slots: readonly string[]): Loop | undefined {
  const plain = table[name];
  if (plain?.slots.some((known) => known.join() === slots.join())) return plain.apply;
  const at = name.lastIndexOf("+");
  const wrapper = at < 0 ? undefined : wrappers[name.slice(at + 1)];
  if (wrapper === undefined || slots.at(-1) !== wrapper.slot) return undefined;
  const inner = loopOf(name.slice(0, at), slots.slice(0, -1));
  return inner && wrapper.around(inner);
}

type FusedUpdate = Extract<Update, { kind: "fused" }> & {
  readonly scale: number;
  readonly gradients: ReadonlySet<string>;
};

/** True when a loop computes this optimizer's update; else its own `update` has to run. */
export const isFused = ({ name, slots }: { name: string; slots: readonly string[] }): boolean =>
  loopOf(name, slots) !== undefined;

/** Moves every weight that has scalars and one of these gradients, which are multiplied by `scale`. */
export function applyFused(
  memory: Memory,
  { optimizer, scalars, scale, gradients }: FusedUpdate,
): void {
  const loop = loopOf(optimizer, memory.slots);
  if (loop === undefined) throw new Error(`There is no fused update for "${optimizer}".`);
  for (const arena of memory.trainable.list) {
    for (const name of arena.names) {
      const own = scalars[name];
      if (own === undefined || !gradients.has(name)) continue;
      loop(
        {
          kernels: arena.kernels,
          weight: arena.address("weight", name),
          gradient: arena.address("gradient", name),
          slots: memory.slots.map((slot) => arena.address(slotRole(slot), name)),
          count: arena.view("weight", name).length,
          scale,
        },
        own,
      );
    }
  }
}

function required<K extends string>(scalars: Scalars, names: readonly K[]): Record<K, number> {
  const found = {} as Record<K, number>;
  for (const name of names) {
    const value = scalars[name];
    if (value === undefined) throw new Error(`The optimizer gave no scalar "${name}".`);
    found[name] = value;
  }
  return found;
}
