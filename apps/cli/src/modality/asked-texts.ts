import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { GraftError } from "@graft-ml/core";
import type { TextPair } from "@graft-ml/nlp";
import { openTexts } from "@graft-ml/nlp/node";
import type { Context } from "../command.js";
import type { Asked } from "./modality.js";

/**
 * The texts that a command line names: an argument that is a file holds a table or a text a line, `-` is
 * standard input with a text a line, any other is a text itself. With none at all standard input is read.
 * A tab parts the two texts of a pair.
 */
export async function* textsAsked(
  names: readonly string[],
  stdin: Context["stdin"],
): AsyncGenerator<Asked<TextPair>> {
  if (names.length === 0 && stdin.isTTY === true) {
    throw new GraftError(
      "usage",
      "Which texts? Give them as arguments, name files, or pipe a text a line to standard input.",
    );
  }
  for (const name of names.length === 0 ? ["-"] : names) {
    if (name === "-") yield* linesOf(stdin);
    else if (existsSync(name)) yield* textsIn(name);
    else yield asked(pairOf(name));
  }
}

async function* linesOf(stdin: Context["stdin"]): AsyncGenerator<Asked<TextPair>> {
  for await (const line of createInterface({ input: Readable.from(stdin) })) {
    if (line.trim() !== "") yield asked(pairOf(line));
  }
}

async function* textsIn(path: string): AsyncGenerator<Asked<TextPair>> {
  const { train, validation, test } = await openTexts(path, { task: "texts", validation: 0 });
  for (const { text, pair } of [...train, ...validation, ...test]) {
    yield asked({ text, ...(pair === undefined ? {} : { pair }) });
  }
}

function pairOf(line: string): { text: string; pair?: string } {
  const [text = "", pair] = line.split("\t");
  return pair === undefined ? { text } : { text, pair };
}

const asked = (pair: { text: string; pair?: string }): Asked<TextPair> => ({
  name: pair.pair === undefined ? pair.text : `${pair.text}\t${pair.pair}`,
  read: async () => pair,
});
