import { signal } from "@preact/signals";
import type { GivenFile } from "../studio/studio.js";
import { attempt } from "./alerts.js";
import { takeFiles } from "./take.js";
import { unzip } from "./zip.js";

/** Pictures of the sample that are never learned from: to try the network with. */
export const unseen = signal<readonly GivenFile[]>([]);

export const takingSample = signal(false);

/** Takes the command's own sample pictures: eight classes, some of each kept back for trying. */
export async function takeSample(): Promise<void> {
  takingSample.value = true;
  await attempt(async () => {
    const response = await fetch(new URL("sample.zip", document.baseURI));
    if (!response.ok) {
      throw new Error(
        `The sample pictures could not be fetched (${response.status}). Reload the page, or use pictures of your own.`,
      );
    }
    const files = await unzip(await response.blob());
    const of = (...parts: readonly string[]) =>
      files.filter(({ path }) => parts.some((part) => path.startsWith(`${part}/`)));
    unseen.value = of("test");
    await takeFiles(of("train", "val"));
  });
  takingSample.value = false;
}
