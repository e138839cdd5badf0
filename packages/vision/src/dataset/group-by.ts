import { GraftError } from "@graft-ml/core";
import type { Listing, Parts, PictureFile } from "./dataset.js";

/**
 * Gives each picture the group that its name tells: the pattern's first parenthesis, else its whole
 * match, in the name below the class folder (of a CSV: in the path). A group that it has already stays,
 * and a name that does not match has none. Throws `config-invalid` where none does.
 */
export function byName(parts: Parts, pattern: RegExp): Parts {
  let matched = 0;
  let example = "";
  const grouped = (file: PictureFile, name: string): PictureFile => {
    example = name;
    if (file.group !== undefined) matched += 1;
    const found = file.group === undefined ? pattern.exec(name) : null;
    // A pattern with the flag g would go on where it stopped.
    pattern.lastIndex = 0;
    if (!found) return file;
    matched += 1;
    return { ...file, group: found[1] ?? found[0] };
  };
  const regroup = (listing: Listing): Listing => ({
    ...listing,
    byClass: new Map(
      [...listing.byClass].map(([name, files]) => [
        name,
        files.map((file) => grouped(file, below(name, file.name))),
      ]),
    ),
  });
  const all = Object.entries(parts).map(([part, listing]) => [part, regroup(listing)]);
  if (matched === 0) {
    throw new GraftError(
      "config-invalid",
      `No file name matches the pattern of groups ${pattern}; one of the names is "${example}". Correct the pattern.`,
      { details: { pattern: String(pattern), example } },
    );
  }
  return Object.fromEntries(all) as Parts;
}

/** What comes after the class folder; the whole name where there is none. */
function below(folder: string, name: string): string {
  const at = `/${name}`.indexOf(`/${folder}/`);
  return at < 0 ? name : name.slice(at + folder.length + 1);
}
