import type { EncodeOptions, Encoding, Side } from "./encoding.js";
import type { Pieces } from "./pieces.js";
import { bare, specialCount, type Template, type TemplatePart } from "./template.js";
import { planWindows, type Window } from "./windows.js";

/** Puts one or two texts' tokens together as the checkpoint wants them, cut to length. */
export function assemble(
  texts: readonly [Pieces] | readonly [Pieces, Pieces],
  options: EncodeOptions & { template: Template; truncationSide: Side },
): Encoding {
  const { template, addSpecialTokens = true, maxLength, truncationSide: side } = options;
  const whole = texts.length === 1 ? template.single : template.pair;
  const parts = addSpecialTokens ? whole : bare(whole);
  const room = maxLength === undefined ? undefined : maxLength - specialCount(parts);
  const lengths = texts.map(({ ids }) => ids.length);
  const [first, ...others] = planWindows(lengths, { ...options, room, side });
  const overflow = others.map((window) => fill(parts, texts, window, []));
  return fill(parts, texts, first!, overflow);
}

function fill(
  parts: readonly TemplatePart[],
  texts: readonly Pieces[],
  window: Window,
  overflow: readonly Encoding[],
): Encoding {
  const size = window.reduce((all, [from, to]) => all + to - from, specialCount(parts));
  const encoding = emptyEncoding(
    size,
    texts.every(({ starts }) => starts !== null),
    overflow,
  );
  let at = 0;
  for (const part of parts) {
    if ("special" in part) {
      encoding.ids[at] = part.special;
      encoding.typeIds[at] = part.type;
      encoding.specialTokensMask[at++] = 1;
    } else {
      at = copy(texts[part.sequence]!, window[part.sequence]!, { encoding, at, part });
    }
  }
  return encoding;
}

/** Arrays that share their memory: five times cheaper to make than eight of their own. */
function emptyEncoding(size: number, located: boolean, overflow: readonly Encoding[]): Encoding {
  const bytes = 4 * size;
  const memory = new ArrayBuffer((located ? 8 : 6) * bytes);
  return {
    ids: new Int32Array(memory, 0, size),
    typeIds: new Int32Array(memory, bytes, size),
    attentionMask: new Int32Array(memory, 2 * bytes, size).fill(1),
    specialTokensMask: new Int32Array(memory, 3 * bytes, size),
    sequenceIds: new Int32Array(memory, 4 * bytes, size).fill(-1),
    wordIds: new Int32Array(memory, 5 * bytes, size).fill(-1),
    starts: located ? new Int32Array(memory, 6 * bytes, size) : null,
    ends: located ? new Int32Array(memory, 7 * bytes, size) : null,
    overflow,
  };
}

function copy(
  pieces: Pieces,
  [from, to]: readonly [number, number],
  into: { encoding: Encoding; at: number; part: { type: number; sequence: number } },
): number {
  const { encoding, at, part } = into;
  const end = at + to - from;
  encoding.typeIds.fill(part.type, at, end);
  encoding.sequenceIds.fill(part.sequence, at, end);
  for (let index = from; index < to; index++) {
    const token = at + index - from;
    encoding.ids[token] = pieces.ids[index]!;
    encoding.wordIds[token] = pieces.words[index]!;
    if (!encoding.starts || !encoding.ends) continue;
    encoding.starts[token] = pieces.starts![index]!;
    encoding.ends[token] = pieces.ends![index]!;
  }
  return end;
}
