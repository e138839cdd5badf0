import { signal } from "@preact/signals";
import type { Kind, OpenedRun, SampleId, Trained } from "../studio/studio.js";
import { classes, classNamed, type Sample, sampleCount } from "./classes.js";
import { perKind } from "./kind.js";

/** A network that can be tried and kept: trained here, or opened. */
export type Learned = {
  readonly classes: readonly string[];
  readonly trained?: Trained;
  readonly opened?: OpenedRun;
  /** What it was taught with, by number. */
  readonly samples: ReadonlyMap<SampleId, Sample>;
};

export const learned = perKind(() => signal<Learned | undefined>(undefined));

export function learnedHere(of: Kind, trained: Trained, samples: Learned["samples"]): void {
  learned[of].value = { classes: trained.classes, trained, samples };
}

export function learnedBefore(run: OpenedRun): void {
  learned[run.kind].value = { classes: run.classes, opened: run, samples: new Map() };
  // Its classes wait for examples, where nothing else is taught yet.
  if (sampleCount(run.kind) === 0) for (const name of run.classes) classNamed(run.kind, name);
}

/** The samples of now, by number. */
export const samplesOfNow = (of: Kind): Learned["samples"] =>
  new Map(
    classes(of).value.flatMap((taught) =>
      taught.samples.value.map((sample) => [sample.id, sample] as const),
    ),
  );
