import { signal } from "@preact/signals";
import type { GivenFile, KeepFormat, Kind } from "../studio/studio.js";
import { attempt, closeAlerts, tell } from "./alerts.js";
import { announce } from "./announcements.js";
import { beginFromRun } from "./backbone.js";
import { download } from "./download.js";
import { unzip, zip } from "./files.js";
import { canPickFolder, pickFolder, writeFiles } from "./folder.js";
import { kind } from "./kind.js";
import { learned, learnedBefore } from "./learned.js";
import { studio } from "./studio.js";
import { counted } from "./words.js";

/** What is being made to be kept now. */
export const keeping = signal<KeepFormat | "open" | undefined>(undefined);

/** What was kept last, in words. */
export const kept = signal<string | undefined>(undefined);

/** The networks that were kept, so that leaving the page loses nothing. */
const safe = new WeakSet<object>();

/** Whether a kind's network would be lost with the page. */
export function isUnkept(of: Kind): boolean {
  const network = learned[of].value;
  return network?.trained !== undefined && !safe.has(network);
}

const names: Readonly<Record<KeepFormat, string>> = {
  onnx: "graft-onnx",
  transformers: "graft-transformers",
  run: "graft-run",
};

/** Downloads a format: its one file as it is, several as an archive. */
export const downloadFormat = (of: Kind, format: KeepFormat): Promise<void> =>
  busy(format, async () => {
    const files = await studio.keep(of, format);
    const [only] = files;
    const lone = files.length === 1 && only !== undefined;
    const name = lone ? `graft-${only.path.split("/").at(-1)}` : `${names[format]}.zip`;
    download(lone ? new Blob([only.bytes]) : await zip(files), name);
    done(`${name} was downloaded.`);
  });

/** Writes the run into a folder that is chosen, where the browser can; else downloads it as an archive. */
export async function keepRun(of: Kind): Promise<void> {
  if (!canPickFolder()) return downloadFormat(of, "run");
  if (keeping.value !== undefined) return;
  // The browser asks only while the click still counts: before anything is waited for.
  const folder = await attempt(() => pickFolder());
  if (folder === undefined) return;
  await busy("run", async () => {
    const files = await studio.keep(of, "run");
    await writeFiles(folder, files);
    done(`${counted(files.length, "file")} were written into "${folder.name}".`);
  });
}

/** Opens a run's folder, or the archive of one; Try works after it, and Train goes on from it. */
export async function openRun(files: readonly GivenFile[]): Promise<boolean> {
  let opened = false;
  await busy("open", async () => {
    const [only] = files;
    if (only === undefined) return;
    const zipped = files.length === 1 && only.path.endsWith(".zip");
    const run = await studio.openRun(zipped ? await unzip(only.file) : files);
    kind.value = run.kind;
    beginFromRun(run);
    learnedBefore(run);
    done(`The run was opened: it tells ${counted(run.classes.length, "class")} apart.`);
    opened = true;
  });
  return opened;
}

/** What was kept is old news in another room. */
export function forgetKept(): void {
  kept.value = undefined;
}

function done(sentence: string): void {
  kept.value = sentence;
  const network = learned[kind.value].value;
  if (network) safe.add(network);
  announce(sentence);
}

async function busy(what: KeepFormat | "open", work: () => Promise<void>): Promise<void> {
  if (keeping.value !== undefined) return;
  keeping.value = what;
  kept.value = undefined;
  closeAlerts();
  try {
    await work();
  } catch (error) {
    tell(error);
  } finally {
    keeping.value = undefined;
  }
}
