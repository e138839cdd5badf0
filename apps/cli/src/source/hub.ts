import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type DownloadEvent,
  GraftError,
  type HubName,
  isGraftError,
  parseHubName,
} from "@graft-ml/core";
import { hubModel, hubSettings, openWeights } from "@graft-ml/core/node";
import { readJson } from "../files.js";
import { jsonObject } from "../json.js";
import { licenceOf } from "./licence.js";
import type { Config, Located } from "./located.js";
import { tokenizerNames } from "./model-input.js";

/** `hub:` in front says that a repository is meant, also where a folder has the same name. */
const prefix = /^hub:(?:\/\/)?/;

/** The repository that a name means, or undefined for what can't be one. */
export function hubNameOf(text: string): HubName | undefined {
  if (prefix.test(text)) return parseHubName(text.replace(prefix, ""));
  if (!/^[^/@:]+\/[^/@:]+(?:@|:|$)/.test(text) || text.startsWith(".")) return undefined;
  try {
    return parseHubName(text);
  } catch (error) {
    if (isGraftError(error, "usage")) return undefined;
    throw error;
  }
}

/** A repository's model, fetched into the shared cache; `own` wins over its config.json. */
export async function* fromHub(
  name: HubName,
  { own = {}, signal }: { own?: Config; signal?: AbortSignal | undefined },
): AsyncGenerator<DownloadEvent, Located> {
  const model = yield* hubModel(name, await hubSettings({ signal }), tokenizerNames);
  const { repo, commit, folder, weights } = model;
  const config = { ...(await configOf(folder, own, repo)), ...own };
  const preprocessor = join(folder, "preprocessor_config.json");
  const file = name.file === undefined ? "" : `:${name.file}`;
  return {
    source: `${repo}@${commit}${file}`,
    from: `${repo} on the hub, commit ${commit.slice(0, 8)}`,
    licence: licenceOf(await readFile(join(folder, "README.md"), "utf8").catch(() => ""), config),
    config,
    store: await openWeights(weights),
    folder,
    preprocessor: existsSync(preprocessor) ? preprocessor : undefined,
  };
}

async function configOf(folder: string, own: Config, repo: string): Promise<Config> {
  const file = join(folder, "config.json");
  if (existsSync(file)) return readJson(file, jsonObject);
  if (Object.keys(own).length > 0) return {};
  throw new GraftError(
    "source-not-found",
    `The repository ${repo} has no config.json, so its architecture is unknown. Fetch its weights, and write a config.json beside them.`,
    { details: { repo } },
  );
}
