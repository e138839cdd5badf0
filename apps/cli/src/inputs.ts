import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { GraftError } from "@graft-ml/core";
import type { Context } from "./command.js";
import { picturesIn } from "./source/data.js";

/** A picture to look at: what to call it, and where it is or what it is. */
export type Input = { readonly name: string; readonly source: string | Uint8Array };

/**
 * The pictures that a command line names: files, folders of pictures, `-` for the bytes of one picture
 * on standard input. With no names at all, standard input holds a file name a line.
 */
export async function* inputsOf(
  names: readonly string[],
  stdin: Context["stdin"],
): AsyncGenerator<Input> {
  if (names.length === 0) {
    yield* namesFrom(stdin);
    return;
  }
  for (const name of names) {
    if (name === "-") {
      yield {
        name: "(standard input)",
        source: new Uint8Array(await buffer(Readable.from(stdin))),
      };
      continue;
    }
    const inside = await picturesIn(name);
    for (const path of inside.length > 0 ? inside : [name]) yield { name: path, source: path };
  }
}

async function* namesFrom(stdin: Context["stdin"]): AsyncGenerator<Input> {
  if (stdin.isTTY === true) {
    throw new GraftError(
      "usage",
      "Which pictures? Name files or folders, or pipe file names to standard input.",
    );
  }
  for await (const line of createInterface({ input: Readable.from(stdin) })) {
    const name = line.trim();
    if (name !== "") yield { name, source: name };
  }
}

/** Groups of a few, in order; the last may be shorter. */
export async function* grouped<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let group: T[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
