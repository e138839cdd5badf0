import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { scratchFolder } from "../testing.js";
import { chooseTask } from "./choose-task.js";

async function csv(text: string): Promise<string> {
  const { folder, remove } = await scratchFolder();
  onTestFinished(remove);
  await writeFile(join(folder, "data.csv"), text);
  return join(folder, "data.csv");
}

test.for([
  ["path,label\na.png,cat\n", "image"],
  ["path,labels\na.png,cat|dog\n", "multi-label"],
  ["path,value\na.png,3\n", "regression"],
  ["text,label\nhello,good\n", "text"],
  ["text,labels\nhello,good|short\n", "text-labels"],
] as const)("%j is learned as %s", async ([text, task]) => {
  expect((await chooseTask({ data: await csv(text) })).task).toBe(task);
});

test("only the header decides: a broken row below is for the reader to tell", async () => {
  const rows = 'path,label\na.png,"cat\nb.png,dog,3\n';
  expect((await chooseTask({ data: await csv(rows) })).task).toBe("image");
});

test("numbers are learned where --targets names them, of what the data are", async () => {
  const targets = ["score"];
  const pictures = await csv("path,score\na.png,3\n");
  expect((await chooseTask({ data: pictures, targets })).task).toBe("regression");
  const texts = await csv("text,score\nhello,3\n");
  expect((await chooseTask({ data: texts, targets })).task).toBe("text-numbers");
});

test("a folder of files is texts, one of folders or of pictures is pictures", async () => {
  const { folder, remove } = await scratchFolder();
  onTestFinished(remove);
  await writeFile(join(folder, "train.csv"), "text,label\n");
  expect((await chooseTask({ data: folder })).task).toBe("text");
  await mkdir(join(folder, "cats"));
  expect((await chooseTask({ data: folder })).task).toBe("image");
});

test("pictures whose table says nothing of them are refused", async () => {
  const data = await csv("path,kind\na.png,cat\n");
  await expect(chooseTask({ data })).rejects.toThrow("has the columns path, kind.");
});
