import { zooError } from "./error.js";
import { manifest } from "./manifest.generated.js";
import type { Modality, ZooEntry } from "./manifest-type.js";

/** The names of the embedded backbones. */
export const zooNames: readonly string[] = manifest.backbones.map(({ name }) => name);

/** The backbone to use for pictures or texts when none is named. Throws `source-not-found` where there is none. */
export function defaultBackbone(reads: Modality = "pictures", from = manifest): ZooEntry {
  const name = from.defaults[reads];
  if (name !== null) return findBackbone(name, from);
  throw zooError(
    "source-not-found",
    `The zoo of this version holds no backbone for ${reads}. Name a model folder (config.json and model.safetensors) instead.`,
    { details: { reads } },
  );
}

/** The embedded backbone of that name. Throws `source-not-found`, telling the names there are. */
export function findBackbone(name: string, from = manifest): ZooEntry {
  const entry = from.backbones.find((candidate) => candidate.name === name);
  if (entry) return entry;
  const names = from.backbones.map((candidate) => candidate.name);
  const known =
    names.length > 0 ? `It holds: ${names.join(", ")}.` : "It is empty in this version.";
  throw zooError("source-not-found", `The zoo has no backbone "${name}". ${known}`, {
    details: { name, names },
  });
}
