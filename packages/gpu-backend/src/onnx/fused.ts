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

type Fused = {
  readonly slots: readonly (readonly string[])[];
  apply(arrays: Arrays, scalars: Scalars): void;
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

type FusedUpdate = Extract<Update, { kind: "fused" }> & {
  readonly scale: number;
  readonly gradients: ReadonlySet<string>;
};

/** True when a loop computes this optimizer's update; else its own `update` has to run. */
export const isFused = ({ name, slots }: { name: string; slots: readonly string[] }): boolean =>
  table[name]?.slots.some((known) => known.join() === slots.join()) ?? false;

/** Moves every weight that has scalars and one of these gradients, which are multiplied by `scale`. */
export function applyFused(
  memory: Memory,
  { optimizer, scalars, scale, gradients }: FusedUpdate,
): void {
  const fused = table[optimizer];
  if (fused === undefined) throw new Error(`There is no fused update for "${optimizer}".`);
  for (const arena of memory.trainable.list) {
    for (const name of arena.names) {
      const own = scalars[name];
      if (own === undefined || !gradients.has(name)) continue;
      fused.apply(
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
