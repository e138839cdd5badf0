import { memorySource, openZip } from "@graft-ml/core";
import { makeZip, type ZipPart } from "@graft-ml/core/testing";
import type { Dice } from "./random.js";

/** Changes a zip archive by its entries: one's bytes or what is said about it. Checksums stay right. */
export async function reshapeZip(
  bytes: Uint8Array,
  change: (part: Uint8Array) => Uint8Array,
  dice: Dice,
): Promise<Uint8Array | undefined> {
  if (!unpacked.has(bytes)) unpacked.set(bytes, await partsOf(bytes));
  const parts = [...(unpacked.get(bytes) ?? [])];
  if (parts.length === 0) return undefined;
  const at = dice.below(parts.length);
  const part = parts[at];
  if (!part) return undefined;
  const kind = dice.below(16);
  if (kind < 12) parts[at] = { ...part, data: change(part.data) };
  else if (kind === 12) parts[at] = { ...part, deflate: !part.deflate };
  else if (kind === 13) parts[at] = { ...part, ...lie(part, dice) };
  else if (kind === 14) parts.splice(at, 1);
  else parts.splice(dice.below(parts.length), 0, { ...part, name: renamed(part.name, change) });
  return makeZip(parts, { zip64: dice.below(4) === 0, padding: dice.below(3) * 7 });
}

/** The inputs that are kept come by often. */
const unpacked = new WeakMap<Uint8Array, readonly ZipPart[] | undefined>();

/** Undefined where the archive can't be read any more. */
async function partsOf(bytes: Uint8Array): Promise<ZipPart[] | undefined> {
  try {
    const zip = await openZip(memorySource(bytes));
    const parts: ZipPart[] = [];
    for (const { name, method } of zip.entries.values()) {
      parts.push({ name, data: await zip.read(name), deflate: method === "deflated" });
    }
    return parts;
  } catch {
    return undefined;
  }
}

const renamed = (name: string, change: (part: Uint8Array) => Uint8Array): string =>
  new TextDecoder().decode(change(new TextEncoder().encode(name)));

function lie({ data }: ZipPart, dice: Dice): Partial<ZipPart> {
  const number = dice.pick([0, 1, data.length + 1, data.length * 1000, 2 ** 31, 2 ** 32 - 1]);
  const field = dice.pick(["size", "packedSize", "start", "crc", "method", "flags", "localExtra"]);
  return { [field]: number };
}
