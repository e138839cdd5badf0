import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "@graft-ml/core/node";
import type { CandidateRow } from "@graft-ml/domain-adapt";
import { type AdaptationReport, CREDIBLE } from "../report/adaptation/adaptation-report.js";
import { weightsFingerprint } from "../run/fingerprint.js";
import { saveModel } from "../run/save-model.js";
import { versions } from "../run/versions.js";
import { writing } from "../run/writing.js";
import type { Adaptation, Skipped } from "./adaptation.js";
import { adaptationCard } from "./adaptation-card.js";
import type { DeepPlan } from "./deep/deep-plan.js";
import type { Domain, LabelledDomain } from "./domain.js";
import type { FrozenBackbone } from "./frozen-backbone.js";

/** The text of adaptation.json. */
export type AdaptationRecord = {
  readonly versions: typeof versions;
  readonly source: { readonly data: string; readonly samples: number };
  readonly target: {
    readonly data: string;
    readonly samples: number;
    /** Whether there is a column of true accuracies. */
    readonly isLabelled: boolean;
  };
  readonly classes: readonly string[];
  readonly backbone: {
    readonly source: string;
    readonly architecture: string;
    /** Of the weights before the head. */
    readonly sha256: string;
    /** The stage that the features are from, pooled, and how many they are. */
    readonly stage: string;
    readonly features: number;
  };
  readonly method: string;
  /** How the network was trained, by methods that do so. */
  readonly training?: DeepPlan;
  readonly seed: number;
  readonly chosen: string;
  readonly why: string;
  readonly candidates: readonly CandidateRow[];
  readonly skipped: readonly Skipped[];
  /** Of the features, the most different of them alone. */
  readonly shift: Adaptation["shift"];
};

type Adapted = {
  readonly backbone: FrozenBackbone;
  readonly source: LabelledDomain;
  readonly target: Domain;
  readonly adaptation: Adaptation;
  readonly method: string;
  readonly seed: number;
};

/** Features that adaptation.json tells the drift of. */
const MOST_DRIFT = 20;

/** Writes a model folder with what it was chosen from; config.json comes last, so that a folder with it is whole. */
export async function saveAdaptation(folder: string, adapted: Adapted): Promise<void> {
  const { backbone, source, adaptation } = adapted;
  const record = recordOf(adapted);
  const isOfPictures = backbone.input.modality === "pictures";
  await writing(folder, () => mkdir(folder, { recursive: true }));
  await writeFileAtomic(join(folder, "adaptation.json"), `${JSON.stringify(record, null, 2)}\n`);
  const noun = isOfPictures ? "picture" : "text";
  await writeFileAtomic(join(folder, "README.md"), adaptationCard(record, { folder, noun }));
  await writeReport(folder, adapted, { record, noun });
  await saveModel(
    folder,
    { model: backbone.model, weights: adaptation.weights },
    {
      classes: source.classes,
      input: backbone.input,
      reading: { task: isOfPictures ? "image" : "text" },
    },
  );
}

async function writeReport(
  folder: string,
  { source, adaptation }: Adapted,
  told: Pick<AdaptationReport, "record" | "noun">,
): Promise<void> {
  const { planes, shift } = adaptation;
  const drifted = shift.drift.filter(({ correctedP }) => correctedP < CREDIBLE).length;
  const report = { ...told, folder, planes, labels: source.labels, drifted };
  // Only here: whoever keeps nothing does not wait for the charts' library.
  const { adaptationPage } = await import("../report/adaptation/adaptation-page.js");
  await writeFileAtomic(join(folder, "report.html"), await adaptationPage(report));
}

function recordOf({ backbone, source, target, adaptation, ...rest }: Adapted): AdaptationRecord {
  const { model, weights, stage } = backbone;
  const { chosen, why, candidates, skipped, shift, training } = adaptation;
  return {
    versions,
    source: { data: source.data, samples: source.samples.length },
    target: {
      data: target.data,
      samples: target.samples.length,
      isLabelled: target.labels !== undefined,
    },
    classes: source.classes,
    backbone: {
      source: backbone.source,
      architecture: model.architecture,
      sha256: weightsFingerprint(weights),
      stage,
      features: model.numFeatures,
    },
    ...rest,
    ...(training ? { training } : {}),
    chosen,
    why,
    candidates,
    skipped,
    shift: { ...shift, drift: shift.drift.slice(0, MOST_DRIFT) },
  };
}
