import names from "emojilib/dist/emoji-en-US.json" with { type: "json" };
import { replacing, type StyleRule, spaced } from "./change.js";

const PICTURE = "\\p{ExtPict}[\\uFE0F\\p{EMod}]*[\\u{E0020}-\\u{E007F}]*";
/** Flags, keys and pictures joined to one; the same one several times over is one. */
const EMOJI = new RegExp(
  `(\\p{RI}\\p{RI}|[0-9#*]\\uFE0F?\\u20E3|${PICTURE}(?:\\u200D${PICTURE})*)\\1*`,
  "gu",
);
/** Signs of every print, and no emoji unless they ask to be. */
const PRINT = /^[©®™]+$/;

/** Emoji as the words of their names, "smiling face with heart-eyes"; tones of skin are not told. */
export const emojiRule: StyleRule = replacing("emoji", EMOJI, (match) => {
  const name = PRINT.test(match[0]) ? undefined : emojiName(match[1]!);
  return name === undefined ? undefined : spaced(name, match);
});

/** Of one that has no name of its own, the names of its parts. */
function emojiName(emoji: string): string | undefined {
  const plain = emoji.replace(/[\uFE0F\p{EMod}]/gu, "");
  const name = nameTable().get(plain);
  if (name !== undefined) return name;
  const parts = plain.split("\u200D").map((part) => nameTable().get(part));
  return parts.length > 1 && parts.every((part) => part !== undefined)
    ? parts.join(" ")
    : undefined;
}

let table: ReadonlyMap<string, string> | undefined;

function nameTable(): ReadonlyMap<string, string> {
  table ??= new Map(
    Object.entries<readonly string[]>(names).map(([emoji, [name = ""]]) => [
      emoji.replaceAll("\uFE0F", ""),
      name.replaceAll("_", " ").replace(/[^\p{L}\p{M}\p{N}\s'’-]/gu, ""),
    ]),
  );
  return table;
}
