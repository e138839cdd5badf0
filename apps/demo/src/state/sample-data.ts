import { signal } from "@preact/signals";
import type { GivenFile } from "../studio/studio.js";
import { attempt } from "./alerts.js";
import { unzip } from "./files.js";
import { takeFiles, takeTable } from "./take.js";

/** Pictures of the sample that are never learned from: to try the network with. */
export const unseen = signal<readonly GivenFile[]>([]);

export const takingSample = signal(false);

/** Takes the command's own sample pictures: eight classes, some of each kept back for trying. */
export async function takeSamplePictures(): Promise<void> {
  takingSample.value = true;
  await attempt(async () => {
    const response = await fetchSample("sample.zip");
    const files = await unzip(await response.blob());
    const of = (...parts: readonly string[]) =>
      files.filter(({ path }) => parts.some((part) => path.startsWith(`${part}/`)));
    unseen.value = of("test");
    await takeFiles(of("train", "val"));
  });
  takingSample.value = false;
}

/** Takes a few dozen short messages of three classes. */
export async function takeSampleTexts(): Promise<void> {
  takingSample.value = true;
  await attempt(async () => {
    const response = await fetchSample("sample-texts.csv");
    await takeTable(await response.text(), "The sample");
  });
  takingSample.value = false;
}

async function fetchSample(name: string): Promise<Response> {
  const response = await fetch(new URL(name, document.baseURI));
  if (!response.ok) {
    throw new Error(
      `The sample could not be fetched (${response.status}). Reload the page, or use examples of your own.`,
    );
  }
  return response;
}
