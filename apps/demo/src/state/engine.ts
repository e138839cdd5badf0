import { signal } from "@preact/signals";
import type { EngineInfo } from "../studio/studio.js";
import { attempt } from "./alerts.js";
import { studio } from "./studio.js";

/** What computes; undefined until it is open. */
export const engine = signal<EngineInfo | undefined>(undefined);

export async function openEngine(): Promise<void> {
  engine.value = await attempt(() => studio.engine());
}
