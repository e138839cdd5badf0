import { kinds } from "../task/kinds.js";
import { metrics } from "../task/metrics.js";
import { type FoldScores, spreadText } from "./fold-scores.js";
import type { Score } from "./predictions.js";
import type { RunConfig } from "./run-folder.js";

/** The README.md of a run: what the model is, how it was made, how well it does, how to use it. */
export function modelCard(run: {
  folder: string;
  config: RunConfig;
  score: Score;
  folds?: FoldScores | undefined;
}): string {
  const { config, score, folder, folds } = run;
  const { options, classes, samples, backbone, versions } = config;
  const kind = kinds[score.task];
  const { noun } = kind.modality;
  const figures = kind.metrics.flatMap((name) => {
    const value = score[name];
    if (value === undefined) return [];
    const told = folds ? spreadText(folds, name) : metrics[name].told(value);
    return `| ${metrics[name].title} | ${told} |`;
  });
  const facts = [
    ["backbone", `${options.backbone} (${backbone.architecture})`],
    ["strategy", options.strategy],
    ["data", options.data],
    [`${noun}s`, `${samples.train} train, ${samples.validation} validation, ${samples.test} test`],
    options.strategy === "few-shot"
      ? ["head", options.shotsHead]
      : [
          "epochs, learning rate",
          `${options.epochs}, ${options.lr ?? "chosen by their number (plan.json)"}`,
        ],
    ["seed", `${options.seed}`],
    ["made with", `graft ${versions.graft}, ${versions.browser ?? `Node ${versions.node}`}`],
  ];
  return `# A network for ${noun}s

It ${kind.about(classes)}${classes.length > 0 ? `: ${classes.join(", ")}` : ""}.

| on the ${score.on} ${noun}s | ${score.count} ${noun}s |
|---|---|
${figures.join("\n")}
| loss | ${folds ? spreadText(folds, "loss") : score.loss.toFixed(4)} |
${folds ? `\nThese figures are cross-validated, means of ${folds.folds.length} folds with their standard deviation: each fold's model was scored on ${noun}s that it did not see. The model in this folder was then trained on all ${samples.train} ${noun}s.\n` : ""}
${["| what | value |", "|---|---|", ...facts.map(([key, value]) => `| ${key} | ${value} |`)].join("\n")}

\`\`\`sh
graft predict ${folder} ${noun === "picture" ? "PICTURE..." : (kind.example ?? '"A text."')}
graft eval ${folder} DATA
\`\`\`

\`model/\` holds config.json, model.safetensors and ${noun === "picture" ? "preprocessor_config.json" : "the tokenizer's files"}. Where there is a model.onnx, it is the same network for any ONNX runtime, and parity.json says how far it is from the trainer. config.json beside this file holds every option. Whether the model may be passed on depends on the terms of the ${noun}s and of the backbone.
`;
}
