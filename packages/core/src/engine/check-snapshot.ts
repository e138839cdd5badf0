import type { Snapshot } from "../engine.js";
import { GraftError } from "../errors.js";

type Shapes = Readonly<Record<string, { readonly shape: readonly number[] }>>;

/** What a session holds, as far as a snapshot must fit it. */
export type SessionShapes = {
  readonly weights: Shapes;
  readonly buffers: Shapes;
  readonly optimizer: { readonly name: string } | undefined;
  /** Slot -> weight -> array. */
  readonly slots: Readonly<Record<string, Shapes>>;
};

/**
 * Every engine's check before a restore, so that it is all or nothing. Throws `config-invalid` for
 * another optimizer, else `weight-missing`, `weight-unexpected` or `shape-mismatch`.
 */
export function checkSnapshot(session: SessionShapes, snapshot: Snapshot): void {
  const ours = session.optimizer?.name;
  const theirs = snapshot.optimizer?.name;
  if (ours !== theirs) {
    throw new GraftError(
      "config-invalid",
      `The snapshot was made with ${theirs ? `the optimizer "${theirs}"` : "no optimizer"} and this session has ${ours ? `"${ours}"` : "none"}. Open the session with the same one.`,
      { details: { expected: ours, actual: theirs } },
    );
  }
  checkShapes("weight", session.weights, snapshot.weights);
  checkShapes("buffer", session.buffers, snapshot.buffers);
  const slots = new Set([
    ...Object.keys(session.slots),
    ...Object.keys(snapshot.optimizer?.state ?? {}),
  ]);
  for (const slot of slots) {
    const found = snapshot.optimizer?.state[slot] ?? {};
    checkShapes(`optimizer state "${slot}" of`, session.slots[slot] ?? {}, found);
  }
}

function checkShapes(what: string, expected: Shapes, found: Shapes): void {
  for (const [name, { shape }] of Object.entries(expected)) {
    const other = found[name]?.shape;
    if (other === undefined) {
      throw new GraftError("weight-missing", `The snapshot lacks the ${what} "${name}".`, {
        details: { name },
      });
    }
    if (other.length !== shape.length || other.some((size, i) => size !== shape[i])) {
      throw new GraftError(
        "shape-mismatch",
        `The ${what} "${name}" is [${shape.join(", ")}] here and [${other.join(", ")}] in the snapshot.`,
        { details: { name, expected: shape, actual: other } },
      );
    }
  }
  const extra = Object.keys(found).find((name) => !Object.hasOwn(expected, name));
  if (extra === undefined) return;
  throw new GraftError(
    "weight-unexpected",
    `The snapshot holds the ${what} "${extra}", which this session does not have. Open the session with the same weights and groups.`,
    { details: { name: extra } },
  );
}
