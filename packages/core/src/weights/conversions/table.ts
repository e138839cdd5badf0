import type { Layout } from "./layout.js";

/** What becomes of the weights that one name or pattern means. */
export type Rule = {
  /** A whole name of the source, or a pattern for whole names. */
  readonly from: string | RegExp;
  /**
   * The name here, with `$1`, ... for a pattern's groups; several for an array that is cut into equal
   * parts along its first axis (fused query, key and value); null for what the model has no use for.
   */
  readonly to: string | readonly string[] | ((name: string) => string) | null;
  readonly layout?: Layout;
};

/** One source's names and layouts -> ours. The first rule that fits a name is taken. */
export type ConversionTable = {
  /** For messages, such as "Keras's VGG". */
  readonly name: string;
  /** Matches names that only this source has. */
  readonly mark: RegExp;
  readonly rules: readonly Rule[];
};

/** Where a source's array goes; undefined where no rule knows it. */
export function placeName(
  table: ConversionTable,
): (name: string) => { targets: readonly string[]; layout?: Layout } | undefined {
  const exact = new Map(table.rules.map((rule) => [rule.from, rule] as const));
  const patterns = table.rules.filter(({ from }) => from instanceof RegExp);
  return (name) => {
    const rule = exact.get(name) ?? patterns.find(({ from }) => (from as RegExp).test(name));
    if (rule === undefined) return undefined;
    const { layout } = rule;
    return { targets: targetsOf(rule, name), ...(layout ? { layout } : {}) };
  };
}

function targetsOf({ from, to }: Rule, name: string): readonly string[] {
  if (to === null) return [];
  if (typeof to === "function") return [to(name)];
  const names = typeof to === "string" ? [to] : to;
  return names.map((each) => name.replace(from, each));
}
