import type { DownloadEvent } from "@graft-ml/core";
import type { RegistryEntry } from "@graft-ml/zoo";
import { fromHub, hubNameOf } from "./hub.js";
import type { Located } from "./located.js";
import { fromAddress, isAddress } from "./url.js";

/** A model by its friendly name. */
export async function* fromRegistry(
  entry: RegistryEntry,
  signal: AbortSignal | undefined,
): AsyncGenerator<DownloadEvent, Located> {
  const { name, source, licence, config: own } = entry;
  const hub = isAddress(source) ? undefined : hubNameOf(source);
  const located = hub
    ? yield* fromHub(hub, { own, signal })
    : yield* fromAddress(source, { own, signal });
  return { ...located, source: name, licence };
}
