import { percent } from "../terminal/render.js";
import type { Score } from "./predictions.js";
import type { RunConfig } from "./run-folder.js";

/** The README.md of a run: what the model is, how it was made, how well it does, how to use it. */
export function modelCard(run: { folder: string; config: RunConfig; score: Score }): string {
  const { config, score, folder } = run;
  const { options, classes, pictures, backbone, versions } = config;
  const facts = [
    ["backbone", `${options.backbone} (${backbone.architecture})`],
    ["strategy", options.strategy],
    ["data", options.data],
    [
      "pictures",
      `${pictures.train} train, ${pictures.validation} validation, ${pictures.test} test`,
    ],
    ["epochs, learning rate", `${options.epochs}, ${options.lr}`],
    ["seed", `${options.seed}`],
    ["made with", `graft ${versions.graft}, Node ${versions.node}`],
  ];
  return `# A picture classifier

It tells ${classes.length} classes apart: ${classes.join(", ")}.

| on the ${score.on} pictures | ${score.count} pictures |
|---|---|
| accuracy | ${percent(score.accuracy)} |
| macro F1 | ${percent(score.macroF1)} |
| loss | ${score.loss.toFixed(4)} |

${["| what | value |", "|---|---|", ...facts.map(([key, value]) => `| ${key} | ${value} |`)].join("\n")}

\`\`\`sh
graft predict ${folder} PICTURE...
graft eval ${folder} DATA
\`\`\`

\`model/\` holds config.json, model.safetensors and preprocessor_config.json. Where there is a model.onnx, it is the same network for any ONNX runtime, and parity.json says how far it is from the trainer. config.json beside this file holds every option. Whether the model may be passed on depends on the terms of the pictures and of the backbone.
`;
}
