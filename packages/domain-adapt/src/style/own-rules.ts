import { GraftError } from "@graft-ml/core";
import { replacing, type StyledText, type StyleRule } from "./change.js";

/** A rule of the caller's: a pattern with what stands instead (`$1` to `$9` as in `replace`), or a function. */
export type OwnStyleRule =
  | { readonly name: string; readonly pattern: RegExp; readonly replacement: string }
  | { readonly name: string; readonly apply: (text: string) => string };

/** Throws `config-invalid` for a name that is taken. */
export function ownRules(own: readonly OwnStyleRule[], taken: readonly string[]): StyleRule[] {
  const names = new Set(taken);
  return own.map((rule) => {
    if (names.has(rule.name)) {
      throw new GraftError(
        "config-invalid",
        `There are two rules of style named ${rule.name}. Name yours otherwise: reports count by name.`,
        { details: { name: rule.name } },
      );
    }
    names.add(rule.name);
    return "pattern" in rule ? patternRule(rule) : functionRule(rule);
  });
}

function patternRule(rule: Extract<OwnStyleRule, { pattern: RegExp }>): StyleRule {
  const { source, flags } = rule.pattern;
  const pattern = new RegExp(source, flags.includes("g") ? flags : `${flags}g`);
  return replacing(rule.name, pattern, (match) => filledIn(rule.replacement, match));
}

/** What `String.replace` makes of `$$`, `$&`, `$1` to `$9` and `$<name>`. */
const filledIn = (replacement: string, match: RegExpExecArray): string =>
  replacement.replace(/\$([$&1-9]|<[^>]*>)/g, (sign, name) => groupOf(name, match) ?? sign);

/** Undefined for a group that the pattern lacks. */
function groupOf(name: string, match: RegExpExecArray): string | undefined {
  if (name === "$") return "$";
  if (name === "&") return match[0];
  if (name.startsWith("<")) return match.groups && (match.groups[name.slice(1, -1)] ?? "");
  return Number(name) < match.length ? (match[Number(name)] ?? "") : undefined;
}

/** One change, from the first unit that differs to the last. */
function functionRule({ name, apply }: Extract<OwnStyleRule, { apply: unknown }>): StyleRule {
  return {
    name,
    apply: (text): StyledText => {
      const styled = apply(text);
      if (styled === text) return { text, changes: [] };
      const shorter = Math.min(text.length, styled.length);
      let start = 0;
      while (start < shorter && text[start] === styled[start]) start++;
      let same = 0;
      while (same < shorter - start && text.at(-1 - same) === styled.at(-1 - same)) same++;
      const from = text.slice(start, text.length - same);
      const to = styled.slice(start, styled.length - same);
      return { text: styled, changes: [{ rule: name, from, to, start }] };
    },
  };
}
