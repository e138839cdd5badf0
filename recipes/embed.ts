import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { writeFileAtomic } from "@graft-ml/core/node";

const zoo = (path: string) => fileURLToPath(new URL(`../packages/zoo/${path}`, import.meta.url));

type Facts = {
  readonly name: string;
  readonly reads: "pictures" | "texts";
  readonly summary: string;
  readonly config: object;
  readonly licence: string;
  readonly attribution: string;
  readonly accuracy: readonly { data: string; top1: number }[];
};

/** Puts a backbone into the zoo's assets and manifest, as the one that is taken where none is named. */
export async function embed(
  facts: Facts,
  { weights, tokenizer }: { weights: Uint8Array; tokenizer?: Readonly<Record<string, Uint8Array>> },
): Promise<void> {
  const { name, reads, summary, ...others } = facts;
  const entry: Record<string, unknown> = {
    ...{ name, reads, summary },
    ...(await stored(`${name}.safetensors`, weights)),
    ...others,
  };
  if (tokenizer) {
    const files = Object.entries(tokenizer).map(
      async ([file, bytes]) => [file, await stored(`${name}.${file}`, bytes)] as const,
    );
    entry.tokenizer = Object.fromEntries(await Promise.all(files));
  }
  const { defaults, backbones } = JSON.parse(await readFile(zoo("manifest.json"), "utf8"));
  const kept = backbones.filter((other: { name: string }) => other.name !== name);
  const manifest = { defaults: { ...defaults, [reads]: name }, backbones: [...kept, entry] };
  await writeFile(zoo("manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  console.log("Now run: node scripts/zoo-manifest.mjs");
}

async function stored(file: string, bytes: Uint8Array) {
  await writeFileAtomic(zoo(`assets/${file}`), bytes);
  return { file, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}
