import { GraftError } from "@graft-ml/core";
import { candidates, SOURCE_ONLY } from "@graft-ml/domain-adapt";
import { type DeepMethod, deepNames } from "./deep/deep-methods.js";

/** Everything that can be tried on frozen features. */
export const AUTO = "auto";
/** Every method that trains the network. */
export const DEEP = "deep";

/** What is tried beside "source only": heads on frozen features (undefined: all), or trainings of the network. */
export type Methods =
  | { readonly kind: "shallow"; readonly names: readonly string[] | undefined }
  | { readonly kind: "deep"; readonly names: readonly DeepMethod[] };

/** The methods on frozen features that can be named. */
export const methodNames: readonly string[] = candidates.map(({ name }) => name);

/** Names in the papers for a method of several forms: the form that its authors prefer. */
const alsoCalled: Readonly<Record<string, DeepMethod>> = { afn: "safn" };

/** Upper and lower case are alike. Throws `usage`, with all that there are. */
export function methodsOf(method: string): Methods {
  const asked = method.trim().toLowerCase();
  if (asked === AUTO) return { kind: "shallow", names: undefined };
  if (asked === DEEP) return { kind: "deep", names: deepNames };
  const deep = deepNames.find((name) => name === asked) ?? alsoCalled[asked];
  if (deep) return { kind: "deep", names: [deep] };
  const found = methodNames.find((name) => name.toLowerCase() === asked);
  if (found !== undefined) {
    return { kind: "shallow", names: found === SOURCE_ONLY ? [] : [found] };
  }
  throw new GraftError(
    "usage",
    `There is no method "${method}". On frozen features: ${AUTO}, which tries all, or one of ${quoted(methodNames)}. Training the network: ${DEEP}, which tries all, or one of ${deepNames.join(", ")}.`,
    { details: { method, methods: methodNames, deep: deepNames } },
  );
}

/** In quotes: some of them hold commas. */
export const quoted = (names: readonly string[]): string =>
  names.map((name) => `"${name}"`).join(", ");
