import type { Json } from "@graft-ml/core";
import { type Preprocess, preprocessFromConfig } from "@graft-ml/vision";
import type { ModelFacts } from "../commands/models.js";
import { isAddress } from "../source/url.js";

/** All that is known of one model, and the lines that use it. */
export function modelBlock(model: ModelFacts): string {
  const { summary, licence, bytes, parameters, accuracy } = model;
  const count =
    parameters === undefined ? [] : [["parameters", parameters.toLocaleString("en-US")]];
  const facts = [
    ["source", sourceText(model)],
    ["licence", licence],
    ...count,
    ["size", `${(bytes / 1e6).toFixed(1)} MB`],
    ...inputFacts(model),
    ...(accuracy.length > 0 ? accuracy : [undefined]).flatMap(accuracyFacts),
  ].map(([key = "", value = ""]) => `  ${key.padEnd(12)}${value}`);
  return [
    titleOf(model),
    summary,
    "",
    ...facts,
    "",
    ...usage(model).map((line) => `  ${line}`),
  ].join("\n");
}

/** The name, and whether it is taken where none is given. */
function titleOf({ name, isDefault, task }: ModelFacts): string {
  if (!isDefault) return name;
  return `${name} (default${task === "text" ? " for texts" : ""})`;
}

function sourceText({ source, embedded, available }: ModelFacts): string {
  if (embedded) return "embedded in @graft-ml/zoo: no download";
  const where = isAddress(source) ? source : `${source} on the Hugging Face hub`;
  return available ? `${where} (fetched)` : where;
}

function accuracyFacts(entry: ModelFacts["accuracy"][number] | undefined): string[][] {
  if (entry === undefined) return [["accuracy", "none published"]];
  const { top1, top5, data, by } = entry;
  const rates = [`top-1 ${top1} %`, ...(top5 === undefined ? [] : [`top-5 ${top5} %`])];
  const said = by === undefined ? "measured by this project" : `published by ${by}`;
  return [
    ["accuracy", rates.join(", ")],
    ["", `on ${data}; ${said}`],
  ];
}

function inputFacts(model: ModelFacts): string[][] {
  const { input } = model;
  if ("tokens" in input) return [["input", `texts of up to ${input.tokens} tokens`]];
  const view = viewOf(model, input.pixels);
  return [
    ["input", `pictures of ${input.pixels.join(" x ")} pixels, ${view.channelOrder}`],
    ["resize", resizeText(view)],
    ["mean", view.mean.join(", ")],
    ["std", view.std.join(", ")],
  ];
}

/** What the commands make of a picture: the same reading of the same fields. */
function viewOf(model: ModelFacts, pixels: readonly [number, number]): Preprocess {
  const { name, mean, std, interpolation, cropPct } = model;
  const config = {
    input_size: [3, ...pixels],
    ...(mean !== undefined && { mean }),
    ...(std !== undefined && { std }),
    ...(interpolation !== undefined && { interpolation }),
    ...(cropPct !== undefined && { crop_pct: cropPct }),
  };
  return preprocessFromConfig(config as Json, `the config of ${name}`);
}

function resizeText({ resize, size, interpolation }: Preprocess): string {
  const cut = `${interpolation}, then the middle ${size.join(" x ")}`;
  if (resize.kind === "exact") return `to ${resize.height} x ${resize.width}, ${cut}`;
  return `shorter side to ${resize.pixels}, ${cut}`;
}

/** Lines that work. */
const usage = ({ name, task }: ModelFacts): readonly string[] =>
  task === "image"
    ? [
        `graft train DATA --backbone ${name}`,
        `graft extract DATA --backbone ${name} --out features.safetensors`,
      ]
    : [
        `graft train TEXTS --backbone ${name}`,
        `graft export ${name} --features --format transformers --out ${name}-web`,
      ];
