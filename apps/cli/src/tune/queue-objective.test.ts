import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratchFolder } from "../testing.js";
import { taskHere } from "./queue-objective.js";

const check = {
  ...{ train: [2], validation: [1], test: [], skipped: [], copies: [] },
  split: { copies: "together", groups: 0, leftOut: [], validation: null, folds: null },
};

test("a worker keeps trials of rounds in the search's folder where it is there, else in one of its own for each task", async () => {
  const { folder, remove } = await scratchFolder();
  const here = { data: "/mnt/pictures", target: null, features: join(folder, "own"), device: null };
  const task = {
    fixed: { data: "/pictures", task: "image", seed: 0, device: "auto", validation: 0.2 },
    ...{ check, sha256: "1f", target: null, features: "/search/features" },
    checkpoints: join(folder, "checkpoints"),
  };
  const own = taskHere(task, here).checkpoints;
  expect(own.startsWith(join(folder, "own", "checkpoints"))).toBe(true);
  expect(taskHere({ ...task, sha256: "2e" }, here).checkpoints).not.toBe(own);
  await mkdir(task.checkpoints);
  expect(taskHere(task, here)).toMatchObject({
    ...{ checkpoints: task.checkpoints, features: here.features },
    fixed: { data: "/mnt/pictures" },
  });
  await remove();
});
