import { type DownloadEvent, isGraftError } from "@graft-ml/core";
import { type HubSettings, hubSettings, openWeights, urlFile } from "@graft-ml/core/node";
import { readJson } from "../files.js";
import { jsonObject } from "../json.js";
import type { Config, Located } from "./located.js";

export const isAddress = (text: string): boolean => /^https?:\/\//.test(text);

/**
 * A model at an address: of its weights' file, or of the folder (with a slash at its end) that holds
 * `model.safetensors`. config.json is looked for beside the file unless `own` says what it would.
 */
export async function* fromAddress(
  url: string,
  { own, signal }: { own?: Config; signal?: AbortSignal | undefined },
): AsyncGenerator<DownloadEvent, Located> {
  const settings = await hubSettings({ signal });
  const file = url.endsWith("/") ? `${url}model.safetensors` : url;
  const beside = (name: string): string => new URL(name, file).href;
  const config =
    own ?? (await readJson(yield* urlFile(beside("config.json"), settings), jsonObject));
  const preprocessor = own
    ? undefined
    : yield* optional(beside("preprocessor_config.json"), settings);
  const path = yield* urlFile(file, settings);
  return {
    source: url,
    from: url,
    licence: undefined,
    config,
    store: await openWeights(path),
    folder: ".",
    preprocessor,
  };
}

async function* optional(
  url: string,
  settings: HubSettings,
): AsyncGenerator<DownloadEvent, string | undefined> {
  try {
    return yield* urlFile(url, settings);
  } catch (error) {
    if (isGraftError(error, "source-not-found")) return undefined;
    throw error;
  }
}
