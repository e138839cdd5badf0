import { signal } from "@preact/signals";
import type { Kind } from "../studio/studio.js";

/** What is being taught now; each kind keeps its own classes and its own network. */
export const kind = signal<Kind>("pictures");

/** A value for each kind. */
export type PerKind<T> = Readonly<Record<Kind, T>>;

export const perKind = <T>(make: (kind: Kind) => T): PerKind<T> => ({
  pictures: make("pictures"),
  texts: make("texts"),
});
