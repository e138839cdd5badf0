import type { GivenFile } from "../studio/studio.js";

/** The files of a drop, folders walked through, with their paths. */
export async function filesOfDrop(transfer: DataTransfer): Promise<readonly GivenFile[]> {
  // Entries are gone after the first wait: all are taken before it.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? undefined);
  const loose = [...transfer.files];
  if (entries.every((entry) => entry === undefined)) return loose.map(givenFile);
  const found: GivenFile[] = [];
  for (const entry of entries) if (entry) await walk(entry, found);
  return found;
}

/** The files that an input was given, of a folder with their paths in it. */
export const filesOfInput = (input: HTMLInputElement): readonly GivenFile[] =>
  [...(input.files ?? [])].map(givenFile);

const givenFile = (file: File): GivenFile => ({
  path: file.webkitRelativePath === "" ? file.name : file.webkitRelativePath,
  file,
});

async function walk(entry: FileSystemEntry, found: GivenFile[]): Promise<void> {
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    found.push({ path: entry.fullPath.replace(/^\//, ""), file });
  } else if (isFolder(entry)) {
    for (const inner of await entriesOf(entry)) await walk(inner, found);
  }
}

/** A folder tells its entries in portions, until one is empty. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;

const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
