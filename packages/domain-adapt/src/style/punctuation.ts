import { replacing, type StyleRule } from "./change.js";

const REPEATED = /[!?]{2,}|\.{2,}|…{2,}|,{2,}|;{2,}|:{2,}|([~*_=+-])\1{2,}/g;
const SPACE = /[\s\u200B\u200E\u200F\u2060]+/g;

/** Signs that repeat: "!!!" is "!", "?!?!" is "?!", ".." and "....." are "...", "-----" is "-". */
export const punctuationRule: StyleRule = replacing("punctuation", REPEATED, ([signs]) => {
  if (signs.startsWith(".")) return "...";
  return signs.includes("!") && signs.includes("?") ? "?!" : signs[0];
});

/** One space for any run of spaces and lines, none about the text, and no marks without a width. */
export const whitespaceRule: StyleRule = replacing("whitespace", SPACE, (match) => {
  const { 0: run, index, input } = match;
  const isInside = index > 0 && index + run.length < input.length;
  return isInside && /\s/.test(run) ? " " : "";
});
