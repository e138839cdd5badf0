// Draws the pictures that `npm start` trains on: `node scripts/sample-data.mjs [OUT]`.
// Each split shows other characters than the rest, so a network must learn the kind, not the drawing.
// A third artist's pictures, and a list of each artist's, are what `graft demo --adapt` adapts between.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join, posix, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ink, openArtwork, openInk, styles } from "./sample-data/artwork.mjs";
import { attribution } from "./sample-data/attribution.mjs";
import { kinds, picturesOfInk, splits } from "./sample-data/kinds.mjs";
import { picture } from "./sample-data/picture.mjs";
import { seeded } from "./sample-data/random.mjs";

const assets = fileURLToPath(new URL("../apps/cli/assets", import.meta.url));
const out = resolve(process.argv[2] ?? assets);
const artwork = await openArtwork();

/** Deals a class's characters to the splits by their shares, in a seeded order. */
function deal(kind, characters) {
  const shuffled = seeded(`deal ${kind}`).shuffle(characters);
  let [from, share] = [0, 0];
  return Object.entries(splits).map(([split, options]) => {
    share += options.share;
    const to = Math.round(share * shuffled.length);
    const part = shuffled.slice(from, to);
    from = to;
    return { split, pictures: options.pictures, characters: part };
  });
}

/** Every drawing of the characters once, in a seeded order, then again until there are enough. */
async function chosen(kind, { split, pictures, characters, from = artwork }) {
  const random = seeded(`choose ${kind} ${split}`);
  const sets = await Promise.all(characters.map(from));
  const drawings = sets.flatMap(({ name, drawings }) =>
    drawings.map((drawing) => ({ name, ...drawing })),
  );
  const order = [];
  while (order.length < pictures) order.push(...random.shuffle(drawings));
  return order.slice(0, pictures);
}

const used = new Map(styles.map(({ name }) => [name, new Set()]));
const listed = new Map(styles.map(({ name }) => [name, []]));
let [bytes, count] = [0, 0];

/** Writes a kind's pictures into a folder of OUT. */
async function draw(kind, { folder, part }) {
  await mkdir(join(out, folder), { recursive: true });
  for (const [index, { name, style, bytes: drawing }] of (await chosen(kind, part)).entries()) {
    const format = index % 4 === 3 ? "webp" : "jpg";
    const file = `${String(index).padStart(2, "0")}-${name}-${style}.${format}`;
    const data = await picture(drawing, seeded(`${part.split}/${kind}/${file}`), format);
    await writeFile(join(out, folder, file), data);
    used.get(style).add(name);
    listed.get(style).push(`${posix.relative("artists", `${folder}/${file}`)},${kind}`);
    bytes += data.length;
    count += 1;
  }
}

for (const folder of ["sample", "artists"])
  await rm(join(out, folder), { recursive: true, force: true });
const inked = await openInk();
for (const [kind, all] of Object.entries(kinds)) {
  const characters = all.split(" ");
  for (const part of deal(kind, characters)) {
    await draw(kind, { folder: `sample/${part.split}/${kind}`, part });
  }
  const part = { split: ink.name, pictures: picturesOfInk, characters, from: inked };
  await draw(kind, { folder: `artists/${ink.name}/${kind}`, part });
}
for (const [style, rows] of listed) {
  await writeFile(join(out, "artists", `${style}.csv`), `path,label\n${rows.join("\n")}\n`);
}
await writeFile(join(out, "ATTRIBUTION.md"), attribution(used));
console.log(`${count} pictures, ${(bytes / 1e6).toFixed(2)} MB, in ${out}`);
