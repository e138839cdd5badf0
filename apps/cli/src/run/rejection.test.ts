import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { graft, lines, makeBackbone, makePictures, scratchFolder } from "../testing.js";
import { fewPictures, toldFewPictures } from "./few-shot.js";
import { checkRejection } from "./rejection.js";

let [folder, pictures, backbone] = ["", "", ""];
let remove: () => Promise<void>;

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  pictures = await makePictures(join(folder, "pictures"), 8);
  backbone = await makeBackbone(join(folder, "backbone"));
});
afterAll(() => remove());

const at = (...names: string[]): string => join(folder, ...names);
const train = (out: string, ...more: string[]) =>
  graft(["train", pictures, "--backbone", backbone, "--device", "cpu", "--out", at(out), ...more]);

test("a few-shot head that may say none of these: from training to the report", async () => {
  const trained = await train("run", "--strategy", "few-shot", "--reject", "0.9", "--json");
  expect([trained.code, trained.stderr]).toEqual([0, ""]);
  const events = lines(trained.stdout);
  const told = (type: string) => events.find((event) => event.type === type);
  expect(told("head-fitted")).toMatchObject({ head: "discriminant", phase: "head" });
  expect(told("step-end")).toBeUndefined();
  expect(told("rejection-chosen")).toMatchObject({ wanted: 0.9, count: 6 });
  expect(await readdir(at("run"))).toContain("rejection.json");
  const config = JSON.parse(await readFile(at("run", "model", "config.json"), "utf8"));
  expect(config.rejection).toMatchObject({ score: "confidence", wanted: 0.9, count: 6 });
  expect(await readFile(at("run", "report.html"), "utf8")).toContain('id="rejection"');

  const scored = await graft(["eval", at("run"), pictures, "--device", "cpu", "--json"]);
  const { rejection } = lines(scored.stdout).at(-1) as { rejection: Record<string, number> };
  expect(rejection.accepted! + rejection.rejected!).toBe(24);
  expect(rejection.coverage).toBe(rejection.accepted! / 24);

  const asked = ["predict", at("run"), join(pictures, "red"), "--device", "cpu", "--json"];
  for (const one of lines((await graft(asked)).stdout)) {
    if (one.type !== "prediction") continue;
    const isSure = (one.confidence as number) >= config.rejection.threshold;
    expect(one.rejected).toBe(!isSure);
    expect(one.label === null).toBe(!isSure);
    expect(one.score).toBeGreaterThan(0);
  }
}, 180_000);

test("without pictures to choose on there is nothing to choose", async () => {
  const { code, stderr } = await train("none", "--reject", "0.9", "--validation", "0");
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error: --reject .* there is nothing: --validation is 0 .*\n$/);
  const options = { reject: 0.9, task: "image", folds: null, validation: 0.2 } as const;
  const check = (change: object) => () =>
    checkRejection({ ...options, ...change }, { validation: [] });
  expect(check({ folds: 5 })).toThrow(/--folds sets none apart/);
  expect(check({ task: "regression" })).toThrow(/the task is regression/);
  expect(check({})).toThrow(/too small to set any apart/);
  expect(check({ reject: null })).not.toThrow();
}, 30_000);

test("few pictures a class are told, unless the strategy is theirs", () => {
  const sample = (label: number) => ({ name: "", path: "", label });
  const dataset = {
    root: "",
    classes: ["cat", "dog"],
    train: [...Array.from({ length: 9 }, () => sample(0)), sample(1), sample(1)],
    validation: [],
    test: [],
    skipped: [],
  };
  const [few] = fewPictures({ strategy: "probe" }, dataset);
  expect(few).toEqual({ type: "few-pictures", class: "dog", count: 2, classes: 1 });
  expect(toldFewPictures(few!)).toBe(
    "one class has fewer than 5 training pictures (dog has 2): consider --strategy few-shot",
  );
  expect([...fewPictures({ strategy: "few-shot" }, dataset)]).toEqual([]);
});
