import { decodeHTMLStrict } from "entities/decode";
import { replacing, type StyleRule } from "./change.js";

/** Also what was escaped more than once: `&amp;amp;lt;` is one `<`. */
const REFERENCE =
  /&(?:(?:amp|AMP|#0*38|#[xX]0*26);)*(#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z][A-Za-z\d]{1,31});/g;

/** `\u2019`, a pair for one beyond the first plane, and `\u{1f600}`. */
const ESCAPE =
  /\\u(?:([dD][89abAB][\da-fA-F]{2})\\u([dD][c-fC-F][\da-fA-F]{2})|([\da-fA-F]{4})|\{([\da-fA-F]{1,6})\})/g;

/** HTML's character references, by name and by number, as the characters they stand for. */
export const entitiesRule: StyleRule = replacing("entities", REFERENCE, ({ 1: name }) => {
  const character = decodeHTMLStrict(`&${name};`);
  // Nobody refers to these but to hide something, and they could make a new reference.
  return /^[A-Za-z\d#;]/.test(character) ? `&${name};` : character;
});

/** Escapes of JSON that were left in a text. Letters, digits, backslashes and controls stay escaped. */
export const escapesRule: StyleRule = replacing("escapes", ESCAPE, (match) => {
  const [, high, low, unit, point] = match;
  if (high && low) return String.fromCharCode(Number.parseInt(high, 16), Number.parseInt(low, 16));
  const code = Number.parseInt(unit ?? point!, 16);
  const isHalf = code >= 0xd800 && code <= 0xdfff;
  if (code > 0x10ffff || isHalf) return undefined;
  const character = String.fromCodePoint(code);
  return /[A-Za-z\d\\{}\p{Cc}]/u.test(character) ? undefined : character;
});
