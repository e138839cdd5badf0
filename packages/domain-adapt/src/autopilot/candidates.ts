import type { LogisticHead } from "@graft-ml/core";
import type { Alignment, Domains } from "../align/alignment.js";
import { coral } from "../align/coral.js";
import { linearTransport } from "../align/linear-transport.js";
import type { MemoryOptions } from "../align/memory.js";
import { sinkhornTransport } from "../align/sinkhorn-transport.js";
import { subspaceAlignment } from "../align/subspace.js";
import { tca } from "../align/tca.js";
import {
  beforeMap,
  beforeScaling,
  headProbabilities,
  withClassWeights,
} from "../heads/linear-head.js";
import { selfTrainedHead } from "../heads/self-trained-head.js";
import type { AlgebraOptions } from "../linalg/linear-algebra.js";
import { scaledBy, scalingOf } from "../linalg/scaling.js";
import { labelShiftFromProbabilities } from "../shift/label-shift-em.js";
import { discriminatorWeights } from "../weights/discriminator.js";
import { kernelMeanMatching } from "../weights/kernel-mean-matching.js";
import { fitHead, heldBy, type Lesson } from "./lesson.js";

/** A head for the target's features as they are, and both domains as it saw them. */
export type Adapted = { readonly head: LogisticHead; readonly seen: Domains };

/** A way to a head for the target. */
export type Candidate = {
  readonly name: string;
  /** What it does, for people. */
  readonly summary: string;
  adapt(lesson: Lesson): Promise<Adapted>;
};

/** The head that knows nothing of the target: what every other one has to be better than. */
export const SOURCE_ONLY = "source only";

/** Of the mean deviation: what a feature is divided by at least. */
const FLOOR = 0.1;

/** From the cheapest to the dearest. */
export const candidates: readonly Candidate[] = [
  {
    name: SOURCE_ONLY,
    summary: "a head on the source's features, used as it is",
    adapt: async (lesson) => {
      // One measure for all features: what hardly varies in the source may be large in the target.
      const scaling = scalingOf(lesson.source, { floor: Number.POSITIVE_INFINITY });
      const seen = {
        source: scaledBy(lesson.source, scaling),
        target: scaledBy(lesson.target, scaling),
      };
      const head = fitHead(lesson, { ...seen, labels: lesson.labels });
      return { head: beforeScaling(head, scaling), seen };
    },
  },
  {
    name: "label shift",
    summary: "source only, for classes as frequent as they seem to be in the target",
    adapt: async (lesson) => {
      const { head, seen } = await candidates[0]!.adapt(lesson);
      const shares = new Float64Array(lesson.numClasses);
      for (let row = 0; row < lesson.labels.length; row++) {
        shares[lesson.labels[row]!]! += 1 / lesson.labels.length;
      }
      const told = headProbabilities(lesson.target, head);
      const { weights } = labelShiftFromProbabilities(told, { source: shares });
      return { head: withClassWeights(head, weights), seen };
    },
  },
  aligned("own z-scores", "each domain by its own means and deviations", async (seen) => seen),
  aligned("CORAL", "the source with the target's covariance", (seen, lesson) =>
    coral(seen, algebraOf(lesson)),
  ),
  aligned("linear transport", "the source moved as one Gaussian to another", (seen, lesson) =>
    linearTransport(seen, { ridge: 1, ...algebraOf(lesson) }),
  ),
  aligned("subspace alignment", "the source's main axes turned to the target's", (seen, lesson) =>
    subspaceAlignment(seen, { dimensions: someOf(seen, 50), ...algebraOf(lesson) }),
  ),
  aligned("TCA", "components in which the means are close", (seen) =>
    tca(seen, { dimensions: someOf(seen, 50) }),
  ),
  weighted("discriminator weights", "rows of the source that look like the target's", (seen) =>
    discriminatorWeights(seen, { strength: 0.01 }),
  ),
  weighted(
    "kernel mean matching",
    "the source weighed to the target's mean in a kernel",
    (seen, lesson) => kernelMeanMatching(seen, { ...memoryOf(lesson), most: 10, steps: 200 }),
  ),
  aligned("Sinkhorn transport", "classes of the source sent to the target's rows", (seen, lesson) =>
    sinkhornTransport(seen, {
      ...memoryOf(lesson),
      labels: lesson.labels,
      rounds: 5,
      scalings: 100,
    }),
  ),
  selfTrained("self-training", "own z-scores, then the target's surest rows", async (seen) => seen),
  selfTrained("CORAL, self-training", "CORAL, then the target's surest rows", (seen, lesson) =>
    coral(seen, algebraOf(lesson)),
  ),
];

/** At most so many dimensions, or what there are. */
const someOf = ({ source, target }: Domains, most: number): number =>
  Math.min(most, source.columns, source.rows - 1, target.rows - 1);

const algebraOf = ({ algebra }: Lesson): AlgebraOptions => (algebra ? { algebra } : {});

const memoryOf = ({ memoryLimit }: Lesson): MemoryOptions =>
  memoryLimit === undefined ? {} : { memoryLimit };

type Align = (seen: Domains, lesson: Lesson) => Promise<Alignment>;

function aligned(name: string, summary: string, align: Align): Candidate {
  return {
    name,
    summary,
    adapt: (lesson) =>
      afterAlignment(lesson, align, ({ source }) =>
        fitHead(lesson, { source, labels: lesson.labels }),
      ),
  };
}

function selfTrained(name: string, summary: string, align: Align): Candidate {
  return {
    name,
    summary,
    adapt: (lesson) =>
      afterAlignment(lesson, align, (seen) =>
        selfTrainedHead({ ...lesson, ...seen, ...heldBy(lesson.strength) }),
      ),
  };
}

function weighted(
  name: string,
  summary: string,
  weigh: (seen: Domains, lesson: Lesson) => Float64Array,
): Candidate {
  return {
    name,
    summary,
    adapt: (lesson) =>
      afterAlignment(
        lesson,
        async (seen) => seen,
        ({ source }) => {
          const { labels } = lesson;
          // Weights are of the features as they are, in the source's measures.
          const scaling = scalingOf(lesson.source, { floor: FLOOR });
          const target = scaledBy(lesson.target, scaling);
          const sampleWeight = weigh({ source: scaledBy(lesson.source, scaling), target }, lesson);
          return fitHead(lesson, { source, labels, sampleWeight });
        },
      ),
  };
}

/** A head on the aligned z-scores of both domains, brought back to the target's features. */
async function afterAlignment(
  lesson: Lesson,
  align: Align,
  fit: (seen: Alignment) => LogisticHead,
): Promise<Adapted> {
  const scaling = scalingOf(lesson.target, { floor: FLOOR });
  const own = {
    source: scaledBy(lesson.source, scalingOf(lesson.source, { floor: FLOOR })),
    target: scaledBy(lesson.target, scaling),
  };
  const seen = await align(own, lesson);
  const head = fit(seen);
  const back = seen.map ? beforeMap(head, seen.map) : head;
  return { head: beforeScaling(back, scaling), seen };
}
