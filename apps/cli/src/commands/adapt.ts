import { resolve } from "node:path";
import { GraftError } from "@graft-ml/core";
import type { CandidateRow } from "@graft-ml/domain-adapt";
import { defaultBackbone } from "@graft-ml/zoo";
import { type Adaptation, adaptOn } from "../adapt/adaptation.js";
import { missingClasses, requireSamples, requireTwoClasses } from "../adapt/check-domains.js";
import { adaptDeepOn, type DeepEvent } from "../adapt/deep/adapt-deep-on.js";
import { deepNames } from "../adapt/deep/deep-methods.js";
import {
  type DeepFlags,
  type DeepPlan,
  deepPlanOf,
  refuseTraining,
} from "../adapt/deep/deep-plan.js";
import type { Domain, LabelledDomain, TextColumns } from "../adapt/domain.js";
import { openFrozen } from "../adapt/frozen-backbone.js";
import { AUTO, DEEP, methodNames, methodsOf, quoted } from "../adapt/methods.js";
import { openLabelled, readTarget } from "../adapt/read-domains.js";
import { requireClasses } from "../adapt/require-classes.js";
import { saveAdaptation } from "../adapt/save-adaptation.js";
import { type CommonOptions, type Context, command, type Launch } from "../command.js";
import type { ReadEvent } from "../modality/modality.js";
import { positiveNumber, wholeNumber } from "../numbers.js";
import { requireEmpty } from "../run/run-folder.js";
import type { OpenEvent } from "../source/model-source.js";
import { modalityOf } from "../task/choose-task.js";
import { adaptView } from "../terminal/adapt-view.js";
import { type DeviceEvent, withEngine } from "../with-engine.js";

type AdaptOptions = CommonOptions &
  TextColumns &
  DeepFlags & {
    source: string;
    target: string;
    method: string;
    backbone?: string | undefined;
    out?: string | undefined;
  };

export type AdaptCommandEvent =
  | OpenEvent
  | ReadEvent
  | DeviceEvent
  | DeepEvent
  | ({ readonly type: "training" } & DeepPlan)
  | {
      readonly type: "domains";
      /** "picture" or "text" */
      readonly noun: string;
      readonly source: { readonly samples: number; readonly classes: readonly string[] };
      readonly target: { readonly samples: number; readonly isLabelled: boolean };
    }
  | {
      readonly type: "adapt-end";
      readonly chosen: string;
      readonly why: string;
      readonly candidates: readonly CandidateRow[];
      /** The model folder; null where none was asked for. */
      readonly run: string | null;
    };

/** Samples at a time where nothing is trained. */
const AT_A_TIME = 32;

/** A classifier for a target without labels, chosen without labels: a head on frozen features, or a trained network. */
export async function* adaptDomains(
  options: AdaptOptions,
  { signal }: Context,
): AsyncGenerator<AdaptCommandEvent> {
  const { source: from, target: to, method, device, seed = 0 } = options;
  const { text, label, strict = false, out, batchSize = AT_A_TIME } = options;
  const methods = methodsOf(method);
  if (methods.kind === "shallow") refuseTraining(options, method);
  const folder = out === undefined ? null : resolve(out);
  if (folder !== null) await requireEmpty(folder, { isRun: false });
  const modality = await commonModality(options);
  const reading = { text, label, strict };
  const parts = ["train", "validation", "test"] as const;
  const opened = await openLabelled(resolve(from), { ...reading, modality, parts });
  const { classes } = opened;
  requireTwoClasses(from, classes);
  const name = options.backbone ?? defaultBackbone(modality).name;
  const backbone = yield* openFrozen(name, { modality, numClasses: classes.length, signal });
  const plan = methods.kind === "deep" ? deepPlanOf(backbone, options) : undefined;
  const read = { ...reading, input: backbone.input, signal };
  const source = yield* opened.read(read);
  const target = yield* readTarget(resolve(to), { ...read, classes });
  yield { type: "domains", noun: modality.slice(0, -1), ...sizes(source, target) };
  requireSamples(source, target);
  yield* missingClasses(source, target);
  if (plan) yield { type: "training", ...plan };
  const lesson = { backbone, source, target, seed, batchSize, signal };
  const adaptation: Adaptation = yield* withEngine(device, (engine) =>
    methods.kind === "deep" && plan
      ? adaptDeepOn(engine, { ...lesson, methods: methods.names, plan })
      : adaptOn(engine, { ...lesson, methods: methods.names }),
  );
  if (folder !== null) {
    await saveAdaptation(folder, { backbone, source, target, adaptation, method, seed });
  }
  const { chosen, why, candidates } = adaptation;
  yield { type: "adapt-end", chosen, why, candidates, run: folder };
}

/** Throws `usage` for pictures beside texts, and for a source without one class a sample. */
async function commonModality({
  source,
  target,
  label,
}: AdaptOptions): Promise<"pictures" | "texts"> {
  const [modality, other] = [await requireClasses(source, { label }), await modalityOf(target)];
  if (modality === other) return modality;
  throw new GraftError(
    "usage",
    `The source ${source} holds ${modality}, and the target ${target} ${other}. Give two domains of the same kind.`,
    { details: { source: modality, target: other } },
  );
}

const sizes = (source: LabelledDomain, target: Domain) => ({
  source: { samples: source.samples.length, classes: source.classes },
  target: { samples: target.samples.length, isLabelled: target.labels !== undefined },
});

export const adaptCommand = (launch: Launch) =>
  command("adapt", {
    summary:
      "Adapt a classifier of a labelled source to a target whose labels nobody knows: on frozen features or by training the network, chosen without labels.",
    examples: [
      "graft adapt --source photos --target cartoons --out adapted",
      "graft adapt --source books.csv --target kitchen.csv --out adapted   # texts",
      "graft adapt --source photos --target cartoons --method coral",
      "graft adapt --source photos --target cartoons --method dann --out adapted   # trains the network",
      "graft adapt --source books.csv --target kitchen.csv --method mcc --epochs 8 --lr 1e-4",
      "graft adapt --source photos --target cartoons --method deep --cut layer2   # all that train it",
      "graft adapt --source photos --target cartoons --backbone resnet50 --json",
      "graft predict adapted cartoon.jpg",
    ],
  })
    .requiredOption(
      "--source <data>",
      "what has classes: pictures in a folder per class, train/ val/ test/ over such folders, or a CSV of path,label; or a table of texts with a column of classes. All parts count",
    )
    .requiredOption(
      "--target <data>",
      "the same kind, from elsewhere: a folder of pictures, a CSV of paths or a table of texts. Where it has labels, they fill the oracle column of the table and decide nothing",
    )
    .option(
      "--method <name>",
      `On frozen features: "${AUTO}" tries all and keeps the best that is credibly better than the source alone; a name tries that one: ${quoted(methodNames)}. Training the network: "${DEEP}" tries all; a name trains with that one beside the source alone: ${deepNames.join(", ")}`,
      AUTO,
    )
    .option(
      "--backbone <name|dir>",
      "what gives the features: a name that `graft models` lists, a model folder or file, a run, an address, or org/name on the hub (default: the zoo's for pictures, or for texts)",
    )
    .option("--out <dir>", "a new model folder, for predict, eval and export (default: none)")
    .option("--text <column>", "of tables of texts (default: by name, else the longest)")
    .option("--label <column>", "of tables of texts (default: by name, else the least varied)")
    .option(
      "--batch-size <n>",
      "samples at a time, of each domain where the network is trained (default: 32, to train on texts 16)",
      wholeNumber(1),
    )
    .optionsGroup("To train the network:")
    .option("--cut <stage>", "train what comes after this stage (default: about the last sixth)")
    .option("--epochs <n>", "of the source (default: 20, texts 4)", wholeNumber(1))
    .option(
      "--lr <x>",
      "peak learning rate (default: 3e-4; texts by the width of the network, 2e-5 at 768)",
      positiveNumber,
    )
    .action((options) => launch(options, (context) => adaptDomains(options, context), adaptView));
