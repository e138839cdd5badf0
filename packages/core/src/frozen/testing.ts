import type { ClientPicture } from "./client-pipeline.js";

const tensor = (dims: number[], data: ArrayLike<number>, type = "float32") => ({
  type,
  dims,
  data: Float32Array.from(data),
});

/** Four numbers of a character, that words of a text have on average. */
const features = (character: string): number[] => {
  const code = character.charCodeAt(0);
  return [code, code % 7, code % 2, 1];
};

/** A text pipeline of the client's contract: a token a character, padded to the longest text of its batch. */
export function textPipeline() {
  const batches: string[][] = [];
  const call = async (texts: string[], { pooling }: { pooling: "mean" | "cls" }) => {
    batches.push([...texts]);
    const rows = texts.flatMap((text) => {
      const tokens = [...text].map(features);
      if (pooling === "cls") return tokens[0]!;
      return [0, 1, 2, 3].map(
        (at) => tokens.reduce((all, token) => all + token[at]!, 0) / text.length,
      );
    });
    return tensor([texts.length, 4], rows);
  };
  return { batches, pipeline: Object.assign(call, { task: "feature-extraction", model: {} }) };
}

/** A picture pipeline: two tokens a picture, its first bytes and its last; its pooler gives the width. */
export function picturePipeline() {
  const batches: unknown[][] = [];
  const call = async (pictures: ClientPicture[], { pool }: { pool?: boolean } = {}) => {
    batches.push([...pictures]);
    if (pool)
      return tensor(
        [pictures.length, 1],
        pictures.map(({ width }) => width),
      );
    const rows = pictures.flatMap(({ data }) => [...data.slice(0, 3), ...data.slice(-3)]);
    return tensor([pictures.length, 2, 3], rows);
  };
  return {
    batches,
    pipeline: Object.assign(call, { task: "image-feature-extraction", model: {} }),
  };
}

export const clientPicture = (...data: number[]): ClientPicture => ({
  data: Uint8Array.from(data),
  width: data.length / 3,
  height: 1,
  channels: 3,
});
