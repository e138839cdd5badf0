import type { GivenFile } from "../studio/studio.js";

/** Files that a folder of pictures gave, by class, and those that are none. */
export type Sorted = {
  /** A file's class is the folder that it lies in; undefined of files in no folder. */
  readonly classes: ReadonlyMap<string | undefined, readonly GivenFile[]>;
  readonly others: readonly GivenFile[];
};

/** Files that systems leave in folders on their own. */
const litter = /(^|\/)(\.[^/]*|Thumbs\.db|desktop\.ini|__MACOSX\/.*)$/i;

const picture = /\.(jpe?g|png|webp|gif|bmp|avif|tiff?)$/i;

export const fileName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

const isPicture = ({ path, file }: GivenFile): boolean =>
  file.type.startsWith("image/") || picture.test(path);

export function sortPictures(files: readonly GivenFile[]): Sorted {
  const classes = new Map<string | undefined, GivenFile[]>();
  const others: GivenFile[] = [];
  for (const given of files) {
    if (litter.test(given.path)) continue;
    if (!isPicture(given)) {
      others.push(given);
      continue;
    }
    const name = given.path.split("/").at(-2);
    const list = classes.get(name);
    if (list) list.push(given);
    else classes.set(name, [given]);
  }
  return { classes, others };
}
