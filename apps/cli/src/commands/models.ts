import { manifest, type ZooEntry } from "@graft-ml/zoo";
import { command, type Launch } from "../command.js";
import { table } from "../table.js";

export type ModelsEvent =
  | ({ readonly type: "model"; readonly isDefault: boolean } & Omit<ZooEntry, "file" | "config">)
  | { readonly type: "models-end"; readonly count: number };

/** The backbones that come with the command, one event each. */
export async function* models(zoo = manifest): AsyncGenerator<ModelsEvent> {
  for (const { file: _file, config: _config, ...entry } of zoo.backbones) {
    yield { type: "model", isDefault: entry.name === zoo.default, ...entry };
  }
  yield { type: "models-end", count: zoo.backbones.length };
}

const line = (event: ModelsEvent): string | undefined => {
  if (event.type === "models-end") {
    return event.count > 0
      ? undefined
      : "The zoo of this version holds no backbone. Give a model folder (config.json and model.safetensors) as --backbone.";
  }
  const { name, summary, bytes, licence, accuracy, isDefault } = event;
  const facts = [
    ["size", `${(bytes / 1e6).toFixed(1)} MB`],
    ["licence", licence],
    ...accuracy.map(({ data, top1 }) => [`accuracy, ${data}`, `${top1} %`]),
  ].map(([key = "", value = ""]) => [`  ${key}`, value]);
  return `${name}${isDefault ? " (default)" : ""}: ${summary}\n${table(facts)}`;
};

export const modelsCommand = (launch: Launch) =>
  command("models", {
    summary: "List the backbones that come with this command.",
    examples: ["graft models", "graft models --json"],
  }).action((options) => launch(options, () => models(), { line }));
