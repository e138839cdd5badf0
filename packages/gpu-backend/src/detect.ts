import { candidates } from "#platform";
import type { Candidate, Device } from "./device.js";

/** Everything that programs could run on, best first, with what keeps the others from working here. */
export function detect(among: readonly Candidate[] = candidates): Promise<readonly Device[]> {
  return Promise.all(
    among.map(async ({ name, probe }): Promise<Device> => ({ name, ...(await probe()) })),
  );
}
