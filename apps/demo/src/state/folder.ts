import type { KeptFile } from "../studio/studio.js";

/** The File System Access API's picker, which not every browser has. */
type Picker = {
  showDirectoryPicker?: (options: { mode: "readwrite" }) => Promise<FileSystemDirectoryHandle>;
};

const picker = (): Picker["showDirectoryPicker"] => (globalThis as Picker).showDirectoryPicker;

export const canPickFolder = (): boolean => picker() !== undefined;

/** A folder that may be written into; undefined where the choice was left. */
export async function pickFolder(): Promise<FileSystemDirectoryHandle | undefined> {
  try {
    return await picker()?.({ mode: "readwrite" });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return undefined;
    throw error;
  }
}

/** Writes files into a folder, with the folders of their paths. */
export async function writeFiles(
  folder: FileSystemDirectoryHandle,
  files: readonly KeptFile[],
): Promise<void> {
  for (const { path, bytes } of files) {
    const parts = path.split("/");
    let inner = folder;
    for (const part of parts.slice(0, -1)) {
      inner = await inner.getDirectoryHandle(part, { create: true });
    }
    const file = await inner.getFileHandle(parts.at(-1)!, { create: true });
    const stream = await file.createWritable();
    await stream.write(bytes);
    await stream.close();
  }
}
