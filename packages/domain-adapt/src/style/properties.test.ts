import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lowerCaseRule, shoutingRule } from "./case.js";
import type { StyleRule } from "./change.js";
import { createStyle } from "./create-style.js";
import { elongationsRule } from "./elongations.js";
import { emojiRule } from "./emoji.js";
import { emoticonsRule } from "./emoticons.js";
import { entitiesRule, escapesRule } from "./entities.js";
import { hashtagsRule } from "./hashtags.js";
import { mentionsRule, urlsRule } from "./links.js";
import { punctuationRule, whitespaceRule } from "./punctuation.js";
import { lexiconOf } from "./segment-words.js";
import { slangRule } from "./slang.js";
import { wordCounts } from "./word-counts.js";

const words = wordCounts([
  "I love this phone so much. It is a cool thing and the battery life is great.",
  "The best day of all, so good; so so good. Not happy with the screen.",
  "Love is in the air, and so is the noise of the road.",
]);
const lexicon = lexiconOf(words);
const rules: readonly StyleRule[] = [
  escapesRule,
  entitiesRule,
  urlsRule(""),
  { ...urlsRule("link"), name: "urls by a word" },
  mentionsRule(""),
  { ...mentionsRule("someone"), name: "mentions by a word" },
  hashtagsRule(lexicon),
  { ...hashtagsRule(lexiconOf(new Map())), name: "hashtags without words" },
  emojiRule,
  emoticonsRule,
  elongationsRule((word) => words.get(word) ?? 0),
  { ...elongationsRule(() => 0), name: "elongations without words" },
  shoutingRule(words),
  { ...shoutingRule(new Map()), name: "case without words" },
  { ...lowerCaseRule, name: "lower case" },
  slangRule(),
  punctuationRule,
  whitespaceRule,
];

/** What posts are made of, and what rules could take for each other. */
const pieces = [
  ..."aIxXDoOpsTuwrRn 123.,!?:;=()[]<>/\\|-_^*'’~\"&#@…\n\t\u00a0\u200b\u200d\ufe0f",
  ...[
    "😂",
    "👍",
    "🏽",
    "❤",
    "👩",
    "💻",
    "🇺",
    "🇸",
    "é",
    "İ",
    "ß",
    "日",
    "\u0301",
    "\u20e3",
    "©",
    "𝐀",
  ],
  ...["&amp;", "&lt;", "&#38;", "&#39;", "amp;", "lt;", "#39;", "&#x26;", "&num;", "&notit;"],
  ...["\\u2019", "\\ud83d", "\\ude00", "\\u005c", "u0041", "\\u{1f600}", "\\u007b"],
  ...[
    "http://",
    "https://a.b/c",
    "www.",
    "t.co/",
    "RT ",
    "@name",
    "#Tag",
    "#lovethis",
    "sooo",
    "GOOD",
  ],
  ...[
    "SO",
    "NASA",
    "w/",
    "b/c",
    "u.s",
    "gr8",
    "im",
    ":)",
    ":-(",
    "<3",
    "</3",
    "xD",
    "o_o",
    "(:",
    ";_;",
  ],
  ...["-_-", "^^", ":/", "  ", "...", "?!", "I'M", "plzzz"],
];
const post = fc
  .array(
    fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...pieces) }, fc.string({ unit: "grapheme" })),
    {
      maxLength: 14,
    },
  )
  .map((parts) => parts.join(""));

describe.each(rules.map((rule) => [rule.name, rule] as const))("%s", (_, rule) => {
  it("finds nothing more in what it made", () => {
    fc.assert(
      fc.property(post, (text) => {
        const once = rule.apply(text).text;
        expect(rule.apply(once)).toEqual({ text: once, changes: [] });
      }),
      { numRuns: 2000 },
    );
  });

  it("tells what it did: the changes alone make the new text of the old one", () => {
    fc.assert(
      fc.property(post, (text) => {
        const { text: styled, changes } = rule.apply(text);
        const parts: string[] = [];
        let end = 0;
        for (const { from, to, start } of changes) {
          expect(start).toBeGreaterThanOrEqual(end);
          expect(text.slice(start, start + from.length)).toBe(from);
          expect(to).not.toBe(from);
          parts.push(text.slice(end, start), to);
          end = start + from.length;
        }
        expect(parts.join("") + text.slice(end)).toBe(styled);
      }),
      { numRuns: 500 },
    );
  });
});

describe("long texts", () => {
  const units = [
    ...pieces,
    ":(",
    "((",
    "a:)(",
    "#a#",
    "@@",
    "x:",
    "aA",
    "..",
    "&amp;amp",
    "a b",
    "RT  ",
  ];
  it.each(rules.map((rule) => [rule.name, rule] as const))("%s in linear time", (_, rule) => {
    const size = 5e4;
    const slow: string[] = [];
    for (const unit of units) {
      for (const text of [unit.repeat(size / unit.length), `${unit.repeat(size / unit.length)}a`]) {
        const start = performance.now();
        rule.apply(text);
        // What is quadratic takes several seconds, what is linear some hundredths of one.
        if (performance.now() - start > 1000) slow.push(unit);
      }
    }
    expect(slow).toEqual([]);
  });

  it.each([
    "@shop OMG!!! sooooo gr8 &amp; cheap :)) 😂😂 #BestDayEver http://a.example/x ",
    ..."a@#!:( ",
  ])("of a million characters, %s, by all rules together", (unit) => {
    const style = createStyle({ words });
    const start = performance.now();
    style.apply(unit.repeat(1e6 / unit.length));
    expect(performance.now() - start).toBeLessThan(30_000);
  });
});
