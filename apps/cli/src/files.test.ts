import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { readJson } from "./files.js";

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "graft-files-"));
  onTestFinished(() => rm(made, { recursive: true }));
  return made;
}

test("JSON is checked, and errors name the file and the key", async () => {
  const path = join(await folder(), "config.json");
  const schema = z.object({ train: z.object({ epochs: z.number() }) });
  await expect(readJson(path, schema)).rejects.toMatchObject({ code: "source-not-found" });
  await writeFile(path, "{");
  await expect(readJson(path, schema)).rejects.toThrow(`${path} is not JSON`);
  await writeFile(path, '{"train":{"epochs":"many"}}');
  await expect(readJson(path, schema)).rejects.toThrow(
    `${path} is not as it should be at train.epochs`,
  );
  await writeFile(path, '{"train":{"epochs":3}}');
  expect(await readJson(path, schema)).toEqual({ train: { epochs: 3 } });
});
