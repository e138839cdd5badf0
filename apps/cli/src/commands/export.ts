import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Option } from "@commander-js/extra-typings";
import { GraftError } from "@graft-ml/core";
import { writeFileAtomic } from "@graft-ml/core/node";
import { type CommonOptions, type Context, command, type Launch } from "../command.js";
import { compareWithTrainer } from "../export/compare.js";
import { exportedSource } from "../export/exported-source.js";
import type { ExportFormat } from "../export/format.js";
import { type FormatName, formatNames, formats } from "../export/formats.js";
import { type Parity, requireParity } from "../export/parity.js";
import { samplesFor } from "../export/samples.js";
import { reason } from "../files.js";
import { wholeNumber } from "../numbers.js";
import { requireEmpty } from "../run/run-folder.js";
import { classNames } from "../source/classes.js";
import { type OpenEvent, openModel } from "../source/model-source.js";
import { commonProgress, commonWarning } from "../terminal/common-view.js";
import type { View } from "../terminal/render.js";
import { type DeviceEvent, withEngine } from "../with-engine.js";

type Options = CommonOptions & {
  format: FormatName;
  out: string;
  withPreprocessing?: true | undefined;
  features?: true | undefined;
  data?: string | undefined;
  samples?: number | undefined;
};

export type ExportEvent =
  | OpenEvent
  | DeviceEvent
  | { readonly type: "export-written"; readonly folder: string; readonly files: readonly string[] }
  | ({ readonly type: "export-end"; readonly folder: string } & Parity);

/** Writes a model in another format, runs what was written, and says how far it is from the trainer. */
async function* exportModel(
  name: string,
  options: Options,
  { signal }: Context,
): AsyncGenerator<ExportEvent> {
  const { data, withPreprocessing = false, features = false } = options;
  const format: ExportFormat = formats[options.format];
  const { samples: count = format.samples } = options;
  if (withPreprocessing && !format.takesPreprocessing) {
    throw new GraftError(
      "usage",
      `--with-preprocessing is for --format onnx and transformers; ${options.format} has no place for it.`,
    );
  }
  const folder = resolve(options.out);
  await requireEmpty(folder);
  const opened = yield* openModel(name, signal);
  if (opened.input.modality === "texts") checkForTexts(options);
  const source = await exportedSource(opened, { features });
  const samples = await samplesFor(name, { data, count, source });
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new GraftError("disk-write-failed", `Can't make ${folder}: ${reason(cause)}.`, { cause });
  });
  const what = { source, classes: classNames(source), withPreprocessing };
  const files = await format.write(folder, what);
  yield { type: "export-written", folder, files };
  yield* withEngine(options.device, async function* (engine): AsyncGenerator<ExportEvent> {
    const parity = await compareWithTrainer({
      format: options.format,
      engine,
      source,
      samples,
      open: () => format.open(folder, { ...what, engine }),
    });
    await writeFileAtomic(join(folder, "parity.json"), `${JSON.stringify(parity, null, 2)}\n`);
    requireParity(parity);
    yield { type: "export-end", folder, ...parity };
  });
}

/** Throws `usage` for what only pictures have. */
function checkForTexts({ format, withPreprocessing }: Options): void {
  if (format !== "tfjs" && !withPreprocessing) return;
  throw new GraftError(
    "usage",
    withPreprocessing
      ? "--with-preprocessing is for pictures: the tokenizer of texts lies beside the graph. Leave it out."
      : "--format tfjs is for networks that see pictures. Take onnx, transformers or safetensors.",
  );
}

const exportView: View<ExportEvent> = {
  line: (event) =>
    event.type === "export-written"
      ? `wrote ${event.files.join(", ")} in ${event.folder}`
      : undefined,
  result: (event) => {
    if (event.type !== "export-end") return undefined;
    const { largestAbsoluteDifference: most, largestScoreDifference: scores, samples } = event;
    const told =
      event.outputs === "logits"
        ? ["logits", `, scores by ${scores.toPrecision(2)}`]
        : ["vectors", ""];
    const on =
      samples.kind === "noise"
        ? `${samples.count} samples of noise (${samples.from})`
        : `${samples.count} ${samples.kind} of ${samples.from}`;
    return `${event.format} in ${event.folder}: ${told[0]} differ from the trainer's by at most ${most.toPrecision(2)}${told[1]}, on ${on}, run by ${event.exported}`;
  },
  warning: commonWarning,
  progress: commonProgress,
};

const formatHelp = formatNames.map((name) => `${name}: ${formats[name].summary}`).join("; ");

export const exportCommand = (launch: Launch) =>
  command("export", {
    summary: "Write a model for other programs, run what was written, and compare.",
    examples: [
      "graft export run --format onnx --out flowers-onnx",
      "graft export run --format transformers --with-preprocessing --out flowers-web",
      "graft export run --format transformers --features --out vectors-web   # of texts",
      "graft export mobilenet --format safetensors --data pictures --out mobilenet-copy",
    ],
  })
    .argument(
      "<model>",
      "a run folder, a model folder or file, a name that `graft models` lists, an address, or org/name on the hub",
    )
    .addOption(new Option("--format <name>", formatHelp).choices(formatNames).makeOptionMandatory())
    .requiredOption("--out <dir>", "an empty folder, or one that is not there yet")
    .option(
      "--with-preprocessing",
      "resize, cut and normalise inside the graph, exactly as in training (onnx, transformers)",
    )
    .option(
      "--features",
      "of texts: the vectors of tokens, without the head, for feature extraction (default: where there is no head)",
    )
    .option("--data <path>", "pictures or texts to compare on (default: the run's own, else noise)")
    .option("--samples <n>", "how many of them (default: 16; tfjs 4)", wholeNumber(1))
    .action((model, options) =>
      launch(options, (context) => exportModel(model, options, context), exportView),
    );
