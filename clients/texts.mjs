// Texts written for tests of tokenizers.

/** What the vocabulary of the tests is made of. */
export const ownSentences = [
  "The gardener grafts a young branch onto an old rootstock and waits for spring.",
  "A grafted tree bears the fruit of the branch and keeps the strength of the roots.",
  "Grafting is an old craft: two plants grow together and live as one.",
  "Nobody waters the roses when it rains; nobody needs to.",
  "Where did the gardeners go? They went to the market, didn't they!",
  "Café, crème brûlée and naïve piñatas cost 12.50 € (or $13.75) in São Paulo.",
  "Müller's Straße is longer than Łódź's, said Zoë - and Ångström agreed.",
  "Ο κήπος ΕΊΝΑΙ ΜΕΓΆΛΟΣ και ο ουρανός γαλανός.",
  "Садовник поливает деревья утром и вечером.",
  "花园里有一棵老树。木の下で猫が眠る。",
  "나무 아래에서 고양이가 잔다.",
  "הגן גדול והעץ זקן. الحديقة كبيرة والشجرة قديمة.",
  "बगीचे में एक पुराना पेड़ है। ต้นไม้เก่าในสวน",
  "Email me@garden.example or see https://garden.example/trees?kind=apple&age=100#roots now.",
  "x = y + 2 * (z - 1) / 3 ^ 4 % 5 ~ `code` | [list] {set} <tag> \\ _under_ @home #tag",
  "🌳 trees and 🌱 seedlings are better than 🍎 apples alone 👍🏽",
  "Unbelievably, the unwatered and unpruned orchards were unharmed; rewatering restored everything.",
  "ISTANBUL, İstanbul and ıstanbul; ǅ, ß and ﬁne ligatures.",
];

const long = "abcdefghij";

/** Texts that tokenizers stumble over, by name. */
export const nastyTexts = {
  empty: "",
  blank: " \t\n\r  \u00a0\u3000 ",
  plain: "The unwatered trees were grafted onto roots.",
  case: "GRAFTED Trees aNd ROOTS",
  accents: "Café naïve Ångström Łódź brûlée São",
  "combining accents":
    "Cafe\u0301 nai\u0308ve A\u030angstro\u0308m e\u0301\u0323\u0302 o\u0327\u0301\u0308\u0300",
  "accent alone": "\u0301 a \u0301\u0301 !\u0301?",
  punctuation: "didn't -- \u201cquoted\u201d \u00abguillemets\u00bb \u2026 !?;: \u00bfwhat?",
  "ascii symbols": "a$b+c<d>e=f^g`h|i~j @ # & * % _ \\ / [x] {y}",
  "other symbols": "\u20ac5 \u00a33 \u00d7 \u00f7 \u00b0C \u2122 \u00ae \u2192 \u2211 \u221a",
  tabs: "a\tgarden\n\nwith\r\ntrees\u000band\u000croots",
  controls:
    "gar\u0000den\u0001 ro\u007fots \u0085 tre\u200bes \u200dand\u200e \ufeffseed\u00adlings",
  separators: "one\u2028two\u2029three\u00a0four\u2003five\u3000six\u202fseven",
  replacement: "gar\ufffdden \ufffd \ufffd\ufffdroots",
  private: "gar\ue000den \u{f0000} roots",
  "lone surrogates": "gar\ud83cden \udf33 roots \ud800",
  emoji: "\u{1f333} trees\u{1f331}seedlings \u{1f34e}\u{1f34e}",
  "emoji with joiners":
    "\u{1f468}\u200d\u{1f469}\u200d\u{1f467} \u{1f44d}\u{1f3fd} \u2764\ufe0f \u{1f1e9}\u{1f1ea} 1\ufe0f\u20e3",
  chinese: "\u82b1\u56ed\u91cc\u6709\u4e00\u68f5\u8001\u6811trees\u6811\u3002",
  japanese:
    "\u6728\u306e\u4e0b\u3067\u732b\u304c\u7720\u308b\u3002\u304c\u30ac\uff76\uff9e \u30d1\u30d1",
  "compatible ideographs": "\uf900\ufa0e \u2f00 \u3400",
  "ideographs beyond 16 bits": "tree\u{20000}tree \u{2a700}\u{2b740} \u{2f800}",
  korean: "\ub098\ubb34 \uc544\ub798\uc5d0\uc11c \uace0\uc591\uc774",
  greek:
    "\u039f \u03ba\u03ae\u03c0\u03bf\u03c2 \u0395\u038a\u039d\u0391\u0399 \u039c\u0395\u0393\u0386\u039b\u039f\u03a3 \u03a3\u03a3 \u03a3",
  turkish: "\u0130stanbul \u0131stanbul I\u0307 \u0130\u0130",
  "case of two letters": "\u01c5 \u00df \u1e9e \ufb01ne \u0149",
  hebrew: "\u05d4\u05d2\u05df \u05d2\u05d3\u05d5\u05dc \u05d4\u05b7\u05d2\u05b8\u05bc\u05df",
  arabic:
    "\u0627\u0644\u062d\u062f\u064a\u0642\u0629 \u0643\u064e\u0628\u0650\u064a\u0631\u064e\u0629",
  hindi: "\u092c\u0917\u0940\u091a\u0947 \u092e\u0947\u0902 \u092a\u0947\u0921\u093c \u0964",
  thai: "\u0e15\u0e49\u0e19\u0e44\u0e21\u0e49\u0e40\u0e01\u0e48\u0e32",
  "a word of 100": long.repeat(10),
  "a word of 101": `${long.repeat(10)}a`,
  "101 emoji": "\u{1f333}".repeat(101),
  "60 emoji": "\u{1f333}".repeat(60),
  "long words among others": `trees ${long.repeat(300)} roots`,
  "special tokens": "[CLS] trees [MASK] roots[SEP]seeds [UNK][PAD] [mask] [Mask]",
  "almost special": "[CLS [ SEP ] MASK] [[MASK]] [CLS][CLS]",
  pieces: "##ed ## #tag ##",
  digits: "12.50 1,000 \u00bd \u0663\u0664 \u2167 x\u00b2",
  "zero width": "a\u200cb\u200dc\u2060d",
  marks: "a\u20dd b\u0903 \u302e\u1100 \u{1d15e}",
  fractions: "\u037e \u1fef \u2126 \u212a \u212b \u2000x\u2001y",
};

const alphabets = [
  [0x20, 0x7e],
  [0x61, 0x7a],
  [0x00, 0x24f],
  [0x300, 0x52f],
  [0x590, 0x6ff],
  [0x900, 0xfff],
  [0x1100, 0x11ff],
  [0x1e00, 0x206f],
  [0x2070, 0x2bff],
  [0x3000, 0x33ff],
  [0x4e00, 0x9fff],
  [0xac00, 0xd7a3],
  [0xd7a4, 0xffff],
  [0x1f300, 0x1faff],
  [0x0, 0x2ffff],
];

const words = [...ownSentences.join(" ").split(" "), ...Object.values(nastyTexts)];

/** A text of stretches from one script or another, and words of the sentences, that a number decides. */
export function randomText(seed) {
  let state = Math.imul(seed, 2654435761) >>> 0;
  const below = (most) => {
    // Mulberry32.
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % most;
  };
  const parts = Array.from({ length: 1 + below(8) }, () => {
    if (below(2) === 0) return words[below(words.length)];
    const [first, last] = alphabets[below(alphabets.length)];
    const codes = Array.from({ length: 1 + below(8) }, () => first + below(last - first + 1));
    return String.fromCodePoint(...codes);
  });
  return parts.join(below(3) === 0 ? "" : " ");
}
