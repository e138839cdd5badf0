import type { TransportOptions } from "../../weights/hub/transport.js";
import { transportDefaults } from "../../weights/hub/transport.js";
import { hubEnvironment } from "./environment.js";
import { environmentFetch } from "./environment-fetch.js";
import type { HubSettings } from "./hub-file.js";

/** What a caller may decide; everything else comes from the environment. */
export type HubOptions = Partial<Omit<HubSettings, "signal">> & Pick<TransportOptions, "signal">;

/**
 * How to reach the hub: the environment's endpoint, cache, token, offline switch and proxies, and
 * defaults, each of which `options` overrule.
 */
export async function hubSettings(
  options: HubOptions = {},
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<HubSettings> {
  return {
    ...transportDefaults,
    verify: true,
    ...(await hubEnvironment(env)),
    fetch: options.fetch ?? (await environmentFetch(env)),
    ...options,
  };
}
