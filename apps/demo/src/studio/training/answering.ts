import type { Engine } from "@graft-ml/core";
import type { Network } from "../networks/network.js";
import type { Asked } from "../samples/medium.js";
import { type Held, mediums } from "../samples/mediums.js";
import type { Item } from "../studio.js";

/** Keeps the network that was asked last on the engine; one question at a time. */
export function openAnswering(engine: () => Promise<Engine>) {
  let open: { network: Network; asked: Asked<Held> } | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const close = async (): Promise<void> => {
    const was = open;
    open = undefined;
    await was?.asked.close();
  };
  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    const turn = last.then(run, run);
    last = turn.catch(() => {});
    return turn;
  };
  const ask = async (network: Network, item: Item): Promise<Float32Array> => {
    if (open?.network !== network) {
      await close();
      open = { network, asked: await mediums[network.input.kind].ask(await engine(), network) };
    }
    return open.asked.item(item);
  };
  return {
    ask: (network: Network, item: Item) => inTurn(() => ask(network, item)),
    close: () => inTurn(close),
  };
}
