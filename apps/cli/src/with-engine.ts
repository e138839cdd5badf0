import { type Acquired, acquire } from "@graft-ml/gpu-backend";

export type DeviceEvent = {
  readonly type: "device-chosen";
  readonly device: string;
  /** One sentence for people. */
  readonly reason: string;
  /** Why something better stands aside, where that is so. */
  readonly notice?: string;
};

/** Opens a device for one piece of work and closes it whatever comes, draining what is in flight. */
export async function* withEngine<E, R = void>(
  device: string,
  work: (engine: Acquired) => AsyncGenerator<E, R>,
): AsyncGenerator<E | DeviceEvent, R> {
  const notices: string[] = [];
  const engine = await acquire({ device, onNotice: (message) => notices.push(message) });
  try {
    const notice = notices.length > 0 ? { notice: notices.join(" ") } : {};
    yield { type: "device-chosen", device: engine.device, reason: engine.reason, ...notice };
    return yield* work(engine);
  } finally {
    await engine.close();
  }
}
