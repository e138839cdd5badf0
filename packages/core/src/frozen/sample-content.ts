import { GraftError } from "../errors.js";
import { sha256, sha256OfText } from "../features/sha256.js";
import type { ClientPicture, ClientSample } from "./client-pipeline.js";

/**
 * Which sample this is, among others: texts and places by themselves, pictures by their pixels. Throws
 * `dataset-invalid` for anything else.
 */
export async function contentOf(sample: ClientSample): Promise<string> {
  if (typeof sample === "string") return sample;
  if (sample instanceof URL) return sample.href;
  const { data, width, height, channels } = Object(sample) as Partial<ClientPicture>;
  const isPicture = (data?.length ?? -1) === Number(width) * Number(height) * Number(channels);
  if (isPicture) return pictureContent(sample);
  // Whatever has no pixels that can be read would be the same sample as any other such thing.
  throw new GraftError(
    "dataset-invalid",
    "A sample is neither a text, nor a path or address, nor a picture with data, width, height and channels. Read pictures with the client's RawImage.",
  );
}

async function pictureContent({ data, width, height, channels }: ClientPicture): Promise<string> {
  // A copy: shared memory is refused by the digest.
  return `${width}x${height}x${channels} ${await sha256(new Uint8Array(data))}`;
}

/** What stands behind a place may change: only texts and pixels say by themselves what they are. */
export const isPlace = (sample: ClientSample, kind: "texts" | "pictures"): boolean =>
  sample instanceof URL || (kind === "pictures" && typeof sample === "string");

/** One digest of all samples in their order. */
export const contentDigest = (contents: readonly string[]): Promise<string> =>
  sha256OfText(JSON.stringify(contents));
