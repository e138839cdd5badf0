import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readJson } from "../files.js";

const parity = z.object({
  largestScoreDifference: z.number(),
  samples: z.object({ kind: z.enum(["pictures", "texts", "noise"]), count: z.int() }),
});

/** What a model folder tells of its model.onnx. Without a parity it was never run; with one alone it was wrong. */
export type OnnxReceipt = {
  readonly isThere: boolean;
  readonly parity: z.infer<typeof parity> | undefined;
};

/** Undefined where the folder tells nothing of it. Throws `run-invalid`. */
export async function readOnnxReceipt(folder: string): Promise<OnnxReceipt | undefined> {
  const isThere = existsSync(join(folder, "model.onnx"));
  const path = join(folder, "parity.json");
  if (existsSync(path)) return { isThere, parity: await readJson(path, parity, "run-invalid") };
  return isThere ? { isThere, parity: undefined } : undefined;
}
