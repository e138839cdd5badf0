import { likeliest } from "@graft-ml/vision";
import type { Network } from "../networks/network.js";
import type { KeptFile, Trained } from "../studio.js";
import type { Line } from "../training/record.js";
import type { dataCheck } from "./data-check.js";
import { json, textFile } from "./files.js";
import type { RunConfig } from "./run-config.js";

/** What is told of how a network came to be. */
export type RunFacts = {
  readonly config: RunConfig;
  readonly check: ReturnType<typeof dataCheck>;
  readonly trained: Trained;
  readonly metrics: readonly Line[];
  /** Of the samples that judge, in their order. */
  readonly judged: readonly {
    readonly name: string;
    readonly text?: string;
    readonly label: number;
    readonly logits: Float32Array;
  }[];
};

/** The files of a run besides its `model/`, as `graft train` lays them out. */
export function runFiles(network: Network, run: RunFacts): readonly KeptFile[] {
  const lines = (all: readonly object[]) => all.map((line) => `${JSON.stringify(line)}\n`).join("");
  return [
    textFile("config.json", json(run.config)),
    textFile("data.json", json(run.check)),
    textFile("README.md", card(network, run)),
    textFile("metrics.jsonl", lines(run.metrics)),
    textFile("predictions.jsonl", lines(predictions(network, run))),
  ];
}

function predictions({ input, classes }: Network, { judged }: RunFacts) {
  const task = input.kind === "pictures" ? "image" : "text";
  const head = { type: "predictions-start", count: judged.length, task, on: "validation" };
  const rows = judged.map(({ name, text, label, logits }) => ({
    type: "prediction",
    name,
    ...(text === undefined ? {} : { text }),
    truth: classes[label],
    loss: lossOf(logits, label),
    top: likeliest(logits, classes, 3),
  }));
  return [head, ...rows];
}

/** Cross-entropy: minus the logarithm of what the true class was given. */
function lossOf(logits: Float32Array, label: number): number {
  const most = Math.max(...logits);
  const sum = logits.reduce((all, value) => all + Math.exp(value - most), 0);
  return Math.log(sum) + most - logits[label]!;
}

function card(
  { input, classes }: Network,
  { trained, config: { options, backbone } }: RunFacts,
): string {
  const noun = input.kind === "pictures" ? "picture" : "text";
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return `# A network for ${noun}s

It tells ${classes.length} classes of ${noun}s apart: ${classes.join(", ")}. It was trained in a browser, on ${trained.trainedOn} ${noun}s, beginning with ${options.backbone} (${backbone.architecture}), strategy ${options.strategy}, seed ${options.seed}.

| on ${trained.count} ${noun}s that it did not learn from | |
|---|---|
| right | ${percent(trained.accuracy)} |
| always guessing the largest class | ${percent(trained.guessing)} |

\`\`\`sh
graft predict . ${noun === "picture" ? "PICTURE..." : '"A text."'}
graft eval . DATA
graft report .
graft export . --format transformers
\`\`\`

\`model/\` holds config.json, model.safetensors, model.onnx and ${noun === "picture" ? "preprocessor_config.json" : "the tokenizer's files"}; config.json beside this file holds every option. Whether the model may be passed on depends on the terms of the ${noun}s and of the backbone.
`;
}
