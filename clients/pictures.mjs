import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";

/** So many pictures of a folder and the folders in it, spread evenly. */
export async function findPictures(folder, count) {
  const names = await readdir(folder, { recursive: true });
  const files = names.filter((name) => /\.(jpe?g|png)$/i.test(name)).sort();
  const length = Math.min(count, files.length);
  if (length === 0) throw new Error(`There are no pictures in ${folder}.`);
  return Array.from({ length }, (_, i) =>
    join(folder, files[Math.floor((i * files.length) / length)]),
  );
}

/** The same pictures as PNGs of the size that the model resizes to, so that no client resizes them. */
export async function pngsOfSize(files, model, folder) {
  const config = JSON.parse(await readFile(join(model, "preprocessor_config.json"), "utf8"));
  const { size } = config;
  const width = size.shortest_edge ?? size.width;
  const height = size.shortest_edge ?? size.height;
  return Promise.all(
    files.map(async (file, i) => {
      const png = join(folder, `${String(i).padStart(3, "0")}.png`);
      await sharp(file).resize({ width, height, fit: "fill" }).png().toFile(png);
      return png;
    }),
  );
}

/** Those that embed a colour profile. */
export async function withProfile(files) {
  const found = await Promise.all(
    files.map(async (file) => ((await sharp(file).metadata()).icc ? [file] : [])),
  );
  return new Set(found.flat());
}
