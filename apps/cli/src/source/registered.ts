import { type DownloadEvent, GraftError } from "@graft-ml/core";
import type { RegistryEntry } from "@graft-ml/zoo";
import { fromHub, hubNameOf } from "./hub.js";
import type { Located } from "./located.js";
import { fromAddress, isAddress } from "./url.js";

/** A model by its friendly name. Throws `usage` for one of texts: what opens this takes pictures. */
export async function* fromRegistry(
  entry: RegistryEntry,
  signal: AbortSignal | undefined,
): AsyncGenerator<DownloadEvent, Located> {
  const { name, source, licence, config: own, task } = entry;
  if (task !== "image") {
    throw new GraftError(
      "usage",
      `${name} reads texts, and this command takes pictures. \`graft models\` says which models take pictures.`,
      { details: { name, task } },
    );
  }
  const hub = isAddress(source) ? undefined : hubNameOf(source);
  const located = hub
    ? yield* fromHub(hub, { own, signal })
    : yield* fromAddress(source, { own, signal });
  return { ...located, source: name, licence };
}
