import { GraftError } from "@graft-ml/core";
import { candidates, SOURCE_ONLY } from "@graft-ml/domain-adapt";

/** Everything that can be tried. */
export const AUTO = "auto";

/** The methods that can be named. */
export const methodNames: readonly string[] = candidates.map(({ name }) => name);

/** What `adapt` tries beside "source only"; undefined for all. Upper and lower case are alike. Throws `usage`. */
export function methodsOf(method: string): readonly string[] | undefined {
  const asked = method.trim().toLowerCase();
  if (asked === AUTO) return undefined;
  const found = methodNames.find((name) => name.toLowerCase() === asked);
  if (found !== undefined) return found === SOURCE_ONLY ? [] : [found];
  throw new GraftError(
    "usage",
    `There is no method "${method}". Give ${AUTO}, which tries all, or one of: ${methodNames.map((name) => `"${name}"`).join(", ")}.`,
    { details: { method, methods: methodNames } },
  );
}
