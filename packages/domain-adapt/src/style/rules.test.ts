import { describe, expect, it, test } from "vitest";
import { lowerCaseRule, shoutingRule } from "./case.js";
import type { StyleRule } from "./change.js";
import { elongationsRule } from "./elongations.js";
import { emojiRule } from "./emoji.js";
import { emoticonsRule } from "./emoticons.js";
import { entitiesRule, escapesRule } from "./entities.js";
import { hashtagsRule } from "./hashtags.js";
import { mentionsRule, urlsRule } from "./links.js";
import { punctuationRule, whitespaceRule } from "./punctuation.js";
import { lexiconOf, segmentWords } from "./segment-words.js";
import { slangRule } from "./slang.js";
import { slangTable } from "./slang-table.js";
import { wordCounts } from "./word-counts.js";

const words = wordCounts([
  "I love this phone so much. It is a cool thing and the battery life is great.",
  "The best day of all, so good; so so good. Not happy with the screen.",
  "Love is in the air, and so is the noise of the road.",
]);
const lexicon = lexiconOf(words);

const changed = (rule: StyleRule, text: string) => rule.apply(text).text;

describe("each rule", () => {
  test.each<[StyleRule, string, string]>([
    [escapesRule, "it\\u2019s \\ud83d\\ude00 \\u{1F600} \\u0026", "it’s 😀 😀 &"],
    [escapesRule, "\\u0041 \\u005c \\u000a \\ud83d \\u12 \\u{110000}", ""],
    [
      entitiesRule,
      "&lt;3 Q&amp;A &#39;ok&#39; &#x27; &nbsp;&eacute; &amp;amp;lt;",
      "<3 Q&A 'ok' ' \u00a0é <",
    ],
    [entitiesRule, "AT&T, R&D; &nosuch; &notit; &#65; a & b", ""],
    [urlsRule(""), "see https://a.example/x?y=1&z=2, now", "see , now"],
    [urlsRule("link"), "(www.a.example/b) t.co/Ab12. http://", "(link) link. http://"],
    [urlsRule(""), "not.co/x swww.x http is 1/2", ""],
    [
      mentionsRule(""),
      "RT @some_one: hi @other@third, mail me@a.example",
      " hi , mail me@a.example",
    ],
    [mentionsRule("someone"), ".@name's cat @ 5", ".someone's cat @ 5"],
    [
      hashtagsRule(lexicon),
      "#BestDayEver #so_good #iPhone15Pro",
      "Best Day Ever so good i Phone 15 Pro",
    ],
    [
      hashtagsRule(lexicon),
      "#lovethisphone#SOGOOD #blorptastic",
      "love this phone SO GOOD blorptastic",
    ],
    [hashtagsRule(lexicon), "we are #1, &#39; a#b", ""],
    [hashtagsRule(lexicon), "#HTMLPage #été #日本", "HTML Page été 日本"],
    [
      emojiRule,
      "great👍nice🎉! 😂😂😂",
      "great thumbs up nice party popper! face with tears of joy",
    ],
    [
      emojiRule,
      "❤ ❤️ 👍🏽 🇺🇸 1️⃣ 👩🏽‍💻",
      "red heart red heart thumbs up flag united states keycap 1 woman technologist",
    ],
    [emojiRule, "© 2020 Acme™, #1 in *", ""],
    [
      emoticonsRule,
      "good:) :-)))) :'( :/ <3 </3 xD ;P",
      "good smiling face smiling face crying face confused face heart broken heart laughing face face with tongue",
    ],
    [emoticonsRule, ":):D T_T", "smiling face laughing face crying face"],
    [
      emoticonsRule,
      "C:/x at 10:30 (as follows:) http://a 5 <30 axD to:do :Paris x=(1)",
      "C:/x at 10:30 (as follows:) http://a 5 <30 axD to:do :Paris x sad face 1)",
    ],
    [
      elongationsRule((word) => words.get(word) ?? 0),
      "sooooo gooood COOOOL nooooo",
      "so good COOL noo",
    ],
    [elongationsRule(() => 0), "soooo hmmmm www VIII", "soo hmm www VIII"],
    [shoutingRule(words), "I LOVE it, NASA is SO GOOD", "I love it, NASA is so good"],
    [shoutingRule(new Map()), "I AM DONE. I'M OUT", "I am done. I'm out"],
    [shoutingRule(new Map()), "NASA and the USA, B2B", ""],
    [lowerCaseRule, "Hi ÉTÉ Bob", "hi été bob"],
    [
      slangRule(),
      "idk, Thx u r gr8 w/ me b/c im here n there",
      "I do not know, Thanks you are great with me because I'm here and there",
    ],
    [slangRule(), "the U.S. a u-turn, rated R, @u #u x_u you/u2", ""],
    [
      slangRule({ GPU: "graphics card", u: "thou" }),
      "u and my gpu don’t lol",
      "thou and my graphics card don’t laughing",
    ],
    [
      punctuationRule,
      "what?!?!! no!!! well.... so.. a,, b---- -- ……",
      "what?! no! well... so... a, b- -- …",
    ],
    [whitespaceRule, "  a \n\t b\u00a0c\u200bd  ", "a b cd"],
  ])("%# $name: %s", (rule, text, expected) => {
    expect(changed(rule, text)).toBe(expected === "" ? text : expected);
  });
});

describe("the tables", () => {
  it("slang has some 200 entries, each a key that a word can be, and no words that are slang again", () => {
    const table = slangTable();
    expect(table.size).toBeGreaterThan(150);
    for (const [key, value] of table) {
      expect(key).toMatch(/^[\da-z'/]+$/);
      expect(value).toMatch(/^[A-Za-z' ]+$/);
      expect(changed(slangRule(), key)).toBe(value);
      expect(changed(slangRule(), value)).toBe(value);
    }
  });

  it("counts are of words in small letters, without those in capitals", () => {
    const counts = wordCounts(["It’s NASA's, it's nasty: NASA 3 times", "Été"]);
    expect([...counts]).toEqual([
      ["it's", 2],
      ["nasa's", 1],
      ["nasty", 1],
      ["times", 1],
      ["été", 1],
    ]);
  });

  it("segments are the likeliest known words, and unknown ones stay whole", () => {
    expect(segmentWords("notsogood", lexicon)).toEqual(["not", "so", "good"]);
    expect(segmentWords("SoGoodBattery", lexicon)).toEqual(["So", "Good", "Battery"]);
    expect(segmentWords("blorpgood", lexicon)).toEqual(["blorpgood"]);
    expect(segmentWords("good", lexicon)).toEqual(["good"]);
    expect(segmentWords("sogood", lexiconOf(new Map()))).toEqual(["sogood"]);
    const skewed = lexiconOf(
      new Map([
        ["no", 9],
        ["now", 5],
        ["here", 5],
        ["where", 1],
        ["nowhere", 0],
      ]),
    );
    // 5/20 * 5/20 is more than 9/20 * 1/20.
    expect(segmentWords("nowhere", lexiconOf(new Map([...skewed.words].slice(0, 4))))).toEqual([
      "now",
      "here",
    ]);
  });
});
