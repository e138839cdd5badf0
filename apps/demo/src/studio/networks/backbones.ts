import { GraftError } from "@graft-ml/core";
import type { BackboneInfo, GivenFile, Kind } from "../studio.js";
import { embeddedNetwork } from "./embedded.js";
import { givenNetwork } from "./given.js";
import { kindOf, type Network } from "./network.js";

/** What trainings begin with: the embedded network of a kind, until another one is given. */
export type Backbones = {
  of(kind: Kind): Promise<Network>;
  embedded(kind: Kind): Promise<BackboneInfo>;
  /** Throws `usage` for a network of the other kind. */
  given(kind: Kind, files: readonly GivenFile[]): Promise<BackboneInfo>;
  use(network: Network): BackboneInfo;
};

export function openBackbones(): Backbones {
  const chosen = new Map<Kind, Promise<Network>>();
  const of = (kind: Kind): Promise<Network> => {
    const known = chosen.get(kind) ?? embeddedNetwork(kind);
    chosen.set(kind, known);
    // What could not be fetched may be there the next time.
    known.catch(() => chosen.delete(kind));
    return known;
  };
  const use = (network: Network): BackboneInfo => {
    chosen.set(kindOf(network), Promise.resolve(network));
    return infoOf(network);
  };
  return {
    of,
    use,
    embedded: async (kind) => {
      chosen.delete(kind);
      return infoOf(await of(kind));
    },
    given: async (kind, files) => {
      const network = await givenNetwork(files);
      if (kindOf(network) === kind) return use(network);
      throw new GraftError(
        "usage",
        `${network.name} is for ${kindOf(network)}, and these are ${kind}. Take another network.`,
      );
    },
  };
}

const infoOf = (network: Network): BackboneInfo => ({
  kind: kindOf(network),
  name: network.name,
  summary: network.summary,
  parameters: Object.values(network.weights).reduce((sum, { data }) => sum + data.length, 0),
  classes: network.classes,
});
