import { registry } from "./registry.generated.js";
import type { RegistryEntry } from "./registry-type.js";

/** The model of that friendly name ("vgg16", "bert-base-uncased"); case makes no difference. */
export function findRegistered(name: string): RegistryEntry | undefined {
  const lower = name.toLowerCase();
  return registry.find((entry) => entry.name === lower);
}
