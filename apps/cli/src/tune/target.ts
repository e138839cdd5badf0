import { createHash } from "node:crypto";
import { GraftError, type Json, type Judge, type Source } from "@graft-ml/core";
import type { Matrix } from "@graft-ml/core/linalg";
import { informationScore } from "@graft-ml/domain-adapt";
import type { Space } from "@graft-ml/hpo";
import { probabilitiesOf } from "../adapt/deep/probabilities.js";
import type { Domain } from "../adapt/domain.js";
import { domainSource } from "../adapt/domain-source.js";
import { readTarget } from "../adapt/read-domains.js";
import type { ReadEvent } from "../modality/modality.js";
import type { Prepared } from "../run/prepare.js";
import type { FixedOptions, TrialTask } from "./tuning.js";

/** A target's samples for one way in which a network reads them. */
export type ReadTarget = { readonly domain: Domain; readonly source: Source };

/** What trials are judged by where no label of the target is known. */
export type TargetScore = {
  /** The target's samples, in their order. */
  readonly source: Source;
  judge(): Judge;
  /** Says which samples these are, for what is cached of them. */
  readonly key: Json;
};

/** Throws `usage` for a task whose samples have not one class each, and where epochs would be chosen by it. */
export function checkTarget(fixed: FixedOptions, space: Space | undefined): void {
  if (fixed.task !== "image" && fixed.task !== "text") {
    throw new GraftError(
      "usage",
      `--target scores how samples fall into classes, one each, and --task ${fixed.task} has none. Leave it out.`,
    );
  }
  const isPatient = fixed.patience != null || (space && "patience" in space.parameters);
  if (!isPatient) return;
  throw new GraftError(
    "usage",
    "--patience keeps the best epoch by the validation samples, and --target scores by others. Search --param epochs=2..20 instead.",
  );
}

/** Reads a search's target for a network's input. Throws `run-invalid` for other samples than the search began with. */
export async function* openTarget(
  { fixed, target }: Pick<TrialTask, "fixed" | "target">,
  prepared: Prepared,
  signal: AbortSignal,
): AsyncGenerator<ReadEvent, ReadTarget> {
  const { text, label } = fixed;
  const domain = yield* readTarget(target!.data, {
    classes: prepared.names,
    input: prepared.source.input,
    strict: false,
    signal,
    ...(text == null ? {} : { text }),
    ...(label == null ? {} : { label }),
  });
  requireSame(target!, domain);
  return { domain, source: domainSource(prepared.source.input, domain) };
}

/** A hash of which samples a target has. */
export function targetFingerprint({ samples }: Pick<Domain, "samples">): string {
  const told = samples.map((sample) =>
    "text" in sample ? [sample.text, sample.pair] : sample.name,
  );
  return createHash("sha256").update(JSON.stringify(told)).digest("hex");
}

function requireSame({ data, sha256 }: NonNullable<TrialTask["target"]>, domain: Domain): void {
  if (sha256 === null || targetFingerprint(domain) === sha256) return;
  throw new GraftError(
    "run-invalid",
    `The target (${data}) is no longer the one that the search began with. Put it back, or begin a new search with: graft tune`,
    { details: { data } },
  );
}

/** How sure a network's answers are while they are not all the same: `informationScore`. */
export const targetScore = ({ domain, source }: ReadTarget): TargetScore => ({
  source,
  key: targetFingerprint(domain),
  judge: () => {
    const rows: Float32Array[] = [];
    return {
      add: ({ weight }, { data, width }) => {
        for (let row = 0; row * width < data.length; row++) {
          if (weight && !(weight.data[row]! > 0)) continue;
          rows.push(data.slice(row * width, (row + 1) * width));
        }
      },
      end: () => {
        const logits = tableOf(rows);
        requireFinite(logits);
        return { metrics: { information: informationScore(probabilitiesOf(logits)) } };
      },
    };
  },
});

function requireFinite({ data, rows }: Matrix): void {
  if (data.every(Number.isFinite)) return;
  throw new GraftError(
    "loss-not-finite",
    `Of the ${rows} samples of the target some have logits that are not finite. Train with a lower learning rate.`,
  );
}

const tableOf = (rows: readonly Float32Array[]): Matrix => ({
  rows: rows.length,
  columns: rows[0]?.length ?? 0,
  data: Float64Array.from(rows.flatMap((row) => [...row])),
});
