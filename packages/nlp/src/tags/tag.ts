/** How tags mark spans: each span begun with B (BIO), only where two touch (IOB1), or with its end told (IOBES). */
export type TagScheme = "BIO" | "IOB1" | "IOBES";

export type Tag = {
  /** Of BILOU, L is E and U is S; of BMES, M is I. */
  readonly prefix: "B" | "E" | "I" | "O" | "S";
  /** Empty for O. */
  readonly type: string;
};

const prefixes: Readonly<Record<string, Tag["prefix"]>> = {
  B: "B",
  I: "I",
  E: "E",
  S: "S",
  L: "E",
  U: "S",
  M: "I",
};

const outside: Tag = { prefix: "O", type: "" };

/** The two halves of a tag like B-Disease; undefined for one that is neither that nor O. */
export function parseTag(tag: string): Tag | undefined {
  if (tag === "O") return outside;
  const prefix = tag[1] === "-" && tag.length > 2 ? prefixes[tag[0]!] : undefined;
  return prefix === undefined ? undefined : { prefix, type: tag.slice(2) };
}
