import { type Acquired, acquire } from "@graft-ml/gpu-backend";
import type { EngineInfo } from "./studio.js";

/** The page's engine, opened when it is first needed; one that failed to open is tried again. */
export function openEngine() {
  let notice: string | undefined;
  let opening: Promise<Acquired> | undefined;
  const opened = (): Promise<Acquired> => {
    opening ??= acquire({ onNotice: (message) => (notice = message) }).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  const info = async (): Promise<EngineInfo> => {
    const { device, description } = await opened();
    // What it runs on stands beside it.
    const why = notice?.replace(`Running on ${description}. `, "");
    return { device, description, ...(why === undefined ? {} : { notice: why }) };
  };
  return { opened, info };
}
