import { describe, expect, it } from "vitest";
import { createStyle } from "./create-style.js";
import { styleReport } from "./style-report.js";
import { wordCounts } from "./word-counts.js";

const words = wordCounts([
  "I love this phone so much. It is a cool thing and the battery life is great.",
  "The best day of all, so good; so so good. Not happy with the screen.",
  "Love is in the air, and so is the noise of the road.",
]);

describe("a style", () => {
  it("brings posts towards sentences", () => {
    const style = createStyle({ words });
    const cases = [
      [
        "@shop OMG!!! thx sooooo much, i &lt;3 this phone 😂😂 #BestDayEver http://t.co/abc",
        "oh my god! thanks so much, i heart this phone face with tears of joy Best Day Ever",
      ],
      [
        "RT @bob: ur the BEST :)))) gr8 day w/ u &amp; me #lovethisphone",
        "your the best smiling face great day with you & me love this phone",
      ],
      ["NOT HAPPY WITH IT.... R U SERIOUS?!?!", "not happy with it... are you serious?!"],
      ["it\\u2019s   plzzzz", "it’s please"],
    ] as const;
    for (const [text, expected] of cases) expect(style.apply(text).text).toBe(expected);
  });

  it("leaves out rules, takes words for links, and adds own rules before the last", () => {
    const style = createStyle({
      rules: { urls: "link", mentions: false, case: "lower", slang: { rn: "at once" } },
      own: [
        { name: "quotes", pattern: /[“”]/, replacement: "'" },
        { name: "dates", pattern: /(?<day>\d+)\/(\d+)/, replacement: "$2.$<day>. $$ $& $9" },
        { name: "bang", apply: (text) => text.replace("!", " ") },
      ],
    });
    expect(style.rules).toHaveLength(14);
    expect(style.rules.slice(-4)).toEqual(["quotes", "dates", "bang", "whitespace"]);
    const { text, changes } = style.apply("“Hi” @Bob rn! 3/12 www.a.example");
    expect(text).toBe("'hi' @bob at once 12.3. $ 3/12 $9 link");
    expect(changes.filter(({ rule }) => rule === "bang")).toEqual([
      { rule: "bang", from: "!", to: " ", start: 17 },
    ]);
    const none = createStyle({
      rules: Object.fromEntries(createStyle().rules.map((name) => [name, false])),
    });
    expect(none.apply(" A!!  ")).toEqual({ text: " A!!  ", changes: [] });
  });

  it("refuses two rules of a name", () => {
    const own = [{ name: "emoji", pattern: /x/g, replacement: "y" }];
    expect(() => createStyle({ own })).toThrow(/two rules of style named emoji/);
  });
});

it("the report counts by rule, with the commonest changes", () => {
  const style = createStyle({ own: [{ name: "never", pattern: /zzz9/, replacement: "" }] });
  const report = styleReport(["u u gr8", "fine", "u!!"], { style, examples: 1 });
  expect([report.texts, report.changed]).toEqual([3, 2]);
  const of = (name: string) => report.rules.find(({ rule }) => rule === name);
  expect(of("slang")).toEqual({
    rule: "slang",
    changes: 4,
    texts: 2,
    examples: [{ from: "u", to: "you", count: 3 }],
  });
  expect(of("never")).toEqual({ rule: "never", changes: 0, texts: 0, examples: [] });
});
