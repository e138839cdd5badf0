import { computed, signal } from "@preact/signals";
import { proxy } from "comlink";
import type { Kind, LeftOut, ReadSample } from "../studio/studio.js";
import { attempt } from "./alerts.js";
import { announce } from "./announcements.js";
import { classes, dropClass, type Sample, startOver, type TaughtClass } from "./classes.js";
import { perKind } from "./kind.js";
import { studio } from "./studio.js";

/** Something new for a class, before it has a number. */
export type Example = Omit<Sample, "id">;

/** What could not be read: its name, and why as the end of a sentence. */
export type Unreadable = LeftOut;

export const unreadable = perKind(() => signal<readonly Unreadable[]>([]));

/** Samples that are still being read, a few times a second. */
export const reading = signal(0);

export const isReading = computed(() => reading.value > 0);

const portion = 500;

const tellMilliseconds = 150;

let unread = 0;

let telling: ReturnType<typeof setTimeout> | undefined;

function countUnread(change: number): void {
  unread += change;
  if (unread === 0 || reading.peek() === 0) tellReading();
  else telling ??= setTimeout(tellReading, tellMilliseconds);
}

function tellReading(): void {
  clearTimeout(telling);
  telling = undefined;
  reading.value = unread;
}

let ids = 0;

/** Samples are numbered as they come: texts are learned from in that order. */
export const sampleOf = (example: Example): Sample => {
  ids += 1;
  return { id: ids, ...example };
};

export const addExamples = (
  of: Kind,
  taught: TaughtClass,
  examples: readonly Example[],
): Promise<void> => addSamples(of, taught, examples.map(sampleOf));

/** Puts samples into a class at once, and takes those out again that the worker can't read. */
export async function addSamples(
  of: Kind,
  taught: TaughtClass,
  added: readonly Sample[],
): Promise<void> {
  if (added.length === 0) return;
  taught.samples.value = [...taught.samples.value, ...added];
  countUnread(added.length);
  let open = added.length;
  const failed: (ReadSample & { ok: false })[] = [];
  const onRead = (sample: ReadSample): void => {
    open -= 1;
    countUnread(-1);
    if (!sample.ok) failed.push(sample);
  };
  const read = await attempt(() => readAll(of, added, onRead));
  countUnread(-open);
  const lost = read ? failed.map(({ id, reason }) => ({ id, reason })) : [];
  const gone = new Map(lost.map(({ id, reason }) => [id, reason]));
  const bad = read ? added.filter(({ id }) => gone.has(id)) : added;
  if (bad.length === 0) return;
  takeOut(taught, bad);
  tellUnreadable(
    of,
    bad.flatMap(({ id, name }) => ({ name, reason: gone.get(id) ?? "could not be read" })),
  );
}

/** In portions, so that no message to the worker is long in the making. */
async function readAll(
  of: Kind,
  samples: readonly Sample[],
  onRead: (sample: ReadSample) => void,
): Promise<true> {
  for (let from = 0; from < samples.length; from += portion) {
    const some = samples.slice(from, from + portion);
    await studio.read(of, some, proxy(onRead));
  }
  return true;
}

export function tellUnreadable(of: Kind, more: readonly Unreadable[]): void {
  if (more.length > 0) unreadable[of].value = [...unreadable[of].value, ...more];
}

export async function removeSample(taught: TaughtClass, sample: Sample): Promise<void> {
  takeOut(taught, [sample]);
  announce(`${sample.name} was removed.`);
  await attempt(() => studio.forget([sample.id]));
}

export async function removeClass(of: Kind, taught: TaughtClass): Promise<void> {
  dropClass(of, taught);
  announce(`The class ${taught.name.value} was removed.`);
  await forgetAll(taught.samples.value);
}

/** Empties a kind's classes. */
export async function removeAll(of: Kind): Promise<void> {
  const samples = classes(of).value.flatMap((taught) => taught.samples.value);
  startOver(of);
  unreadable[of].value = [];
  await forgetAll(samples);
}

async function forgetAll(samples: readonly Sample[]): Promise<void> {
  if (samples.length > 0) await attempt(() => studio.forget(samples.map(({ id }) => id)));
}

function takeOut(taught: TaughtClass, samples: readonly Sample[]): void {
  const out = new Set(samples);
  taught.samples.value = taught.samples.value.filter((sample) => !out.has(sample));
}
