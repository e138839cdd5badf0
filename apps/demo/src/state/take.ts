import type { GivenFile, Kind } from "../studio/studio.js";
import { attempt, tell } from "./alerts.js";
import { announce } from "./announcements.js";
import { addClass, classes, classNamed, type Sample, type TaughtClass } from "./classes.js";
import { tableOf } from "./files.js";
import { kind } from "./kind.js";
import { addExamples, addSamples, type Example, sampleOf, tellUnreadable } from "./samples.js";
import { fileName, sortPictures } from "./sorted.js";
import type { LabelledText } from "./table.js";
import { counted } from "./words.js";

/** Takes files that name no class themselves: folders of pictures, or a table of texts. */
export async function takeFiles(files: readonly GivenFile[]): Promise<void> {
  if (files.length === 0) return;
  await (kind.value === "pictures" ? takePictures(files) : takeTables(files));
}

/** Takes files into one class, whatever folders they lie in. */
export async function takeIntoClass(
  taught: TaughtClass,
  files: readonly GivenFile[],
): Promise<void> {
  const of = kind.value;
  if (of === "texts") return takeTables(files);
  const { classes: sorted, others } = sortPictures(files);
  tellUnreadable(of, others.map(notAPicture));
  await addExamples(of, taught, [...sorted.values()].flat().map(example));
}

async function takePictures(files: readonly GivenFile[]): Promise<void> {
  const { classes: sorted, others } = sortPictures(files);
  tellUnreadable("pictures", others.map(notAPicture));
  if (sorted.size === 0) {
    tell(new Error("No pictures were found in what you gave. Give JPEG, PNG or WebP files."));
    return;
  }
  const work = [...sorted].map(([name, pictures]) =>
    addExamples(
      "pictures",
      name === undefined ? firstEmpty("pictures") : classNamed("pictures", name),
      pictures.map(example),
    ),
  );
  await Promise.all(work);
  announce(`${counted(files.length - others.length, "picture")} taken.`);
}

async function takeTables(files: readonly GivenFile[]): Promise<void> {
  for (const { path, file } of files) {
    await attempt(async () => takeTable(await file.text(), fileName(path)));
  }
}

/** Takes a table of texts and labels; throws where it is none. */
export async function takeTable(source: string, name: string): Promise<void> {
  const { rows, unreadable } = await tableOf(source, name);
  tellUnreadable("texts", unreadable);
  await takeTexts(rows);
  announce(`${counted(rows.length, "text")} taken.`);
}

async function takeTexts(rows: readonly LabelledText[]): Promise<void> {
  const byLabel = new Map<string, Sample[]>();
  for (const { text, label, place } of rows) {
    const list = byLabel.get(label) ?? [];
    list.push(sampleOf({ name: shortened(text), item: text, place }));
    byLabel.set(label, list);
  }
  await Promise.all(
    [...byLabel].map(([label, samples]) =>
      addSamples("texts", classNamed("texts", label), samples),
    ),
  );
}

/** The first words of a text, as its name. */
export const shortened = (text: string): string =>
  text.length > 60 ? `${text.slice(0, 57).trimEnd()}...` : text;

const example = ({ path, file }: GivenFile): Example => ({ name: fileName(path), item: file });

const notAPicture = ({ path }: GivenFile) => ({ name: path, reason: "is not a picture" });

const firstEmpty = (of: Kind): TaughtClass =>
  classes(of).value.find((taught) => taught.samples.value.length === 0) ?? addClass(of);
