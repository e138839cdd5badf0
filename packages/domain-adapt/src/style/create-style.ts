import { lowerCaseRule, shoutingRule } from "./case.js";
import type { StyleChange, StyledText, StyleRule } from "./change.js";
import { elongationsRule } from "./elongations.js";
import { emojiRule } from "./emoji.js";
import { emoticonsRule } from "./emoticons.js";
import { entitiesRule, escapesRule } from "./entities.js";
import { hashtagsRule } from "./hashtags.js";
import { mentionsRule, urlsRule } from "./links.js";
import { type OwnStyleRule, ownRules } from "./own-rules.js";
import { punctuationRule, whitespaceRule } from "./punctuation.js";
import { lexiconOf } from "./segment-words.js";
import { slangRule } from "./slang.js";
import { slangTable } from "./slang-table.js";
import type { WordCounts } from "./word-counts.js";

/** Which rules apply, in the order they do; each is on unless it is false. */
export type StyleRules = {
  /** Literal `\u2019` as the character. */
  readonly escapes?: boolean;
  /** `&amp;` and other character references of HTML. */
  readonly entities?: boolean;
  /** A word that stands for each address of a page; true, the default, removes them. */
  readonly urls?: boolean | string;
  /** A word that stands for each `@name`; true, the default, removes them. */
  readonly mentions?: boolean | string;
  /** `#SoGood` as its words. */
  readonly hashtags?: boolean;
  /** Emoji as the words of their names. */
  readonly emoji?: boolean;
  /** `:-)` as words. */
  readonly emoticons?: boolean;
  /** "soooo" as "so" or "soo". */
  readonly elongations?: boolean;
  /** True, the default, makes shouted words small; "lower" every letter. */
  readonly case?: boolean | "lower";
  /** Abbreviations as words; a table adds to the package's own and wins over it. */
  readonly slang?: boolean | Readonly<Record<string, string>>;
  /** "!!!" as "!". */
  readonly punctuation?: boolean;
  /** One space for each run of spaces. */
  readonly whitespace?: boolean;
};

export type StyleOptions = {
  readonly rules?: StyleRules;
  /** Rules of the caller's own, behind the others and before whitespace. */
  readonly own?: readonly OwnStyleRule[];
  /** The lexicon that splits hashtags and shortens words: `wordCounts` of the source's texts. Default: empty. */
  readonly words?: WordCounts;
};

export type Style = {
  /** The names of its rules, in order. */
  readonly rules: readonly string[];
  /** The text by every rule in turn, and what each changed; a change's `start` is in the text its rule was given. */
  readonly apply: (text: string) => StyledText;
};

type Context = { readonly rules: StyleRules; readonly words: WordCounts };

/** By name, in the order they apply. */
const BUILT_IN: { readonly [Name in keyof StyleRules]-?: (context: Context) => StyleRule } = {
  escapes: () => escapesRule,
  entities: () => entitiesRule,
  urls: ({ rules }) => urlsRule(wordOf(rules.urls)),
  mentions: ({ rules }) => mentionsRule(wordOf(rules.mentions)),
  hashtags: ({ words }) => hashtagsRule(lexiconOf(words)),
  emoji: () => emojiRule,
  emoticons: () => emoticonsRule,
  elongations: ({ words }) => {
    const slang = slangTable();
    // An abbreviation that was drawn out, "plzzz", is one still.
    return elongationsRule((word) => words.get(word) ?? (slang.has(word) ? 0.5 : 0));
  },
  case: ({ rules, words }) => (rules.case === "lower" ? lowerCaseRule : shoutingRule(words)),
  slang: ({ rules }) => slangRule(typeof rules.slang === "object" ? rules.slang : {}),
  punctuation: () => punctuationRule,
  whitespace: () => whitespaceRule,
};

const wordOf = (setting: boolean | string = ""): string =>
  typeof setting === "string" ? setting : "";

/**
 * Rules that bring texts of one style, such as posts, towards another, such as reviews, and tell what they
 * did. The same text gives the same result, in time linear in its length. Throws `config-invalid` for two
 * rules of one name.
 */
export function createStyle({ rules = {}, own = [], words = new Map() }: StyleOptions = {}): Style {
  const names = Object.keys(BUILT_IN) as (keyof StyleRules)[];
  const ours = names
    .filter((name) => rules[name] !== false)
    .map((name) => BUILT_IN[name]({ rules, words }));
  const last = ours.at(-1)?.name === "whitespace" ? ours.pop() : undefined;
  const all = [...ours, ...ownRules(own, names), ...(last ? [last] : [])];
  return {
    rules: all.map(({ name }) => name),
    apply: (text) => {
      const lists: (readonly StyleChange[])[] = [];
      let styled = text;
      for (const rule of all) {
        const result = rule.apply(styled);
        styled = result.text;
        lists.push(result.changes);
      }
      return { text: styled, changes: lists.flat() };
    },
  };
}
