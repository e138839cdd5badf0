import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { graft, lines, makeBackbone, makePictures, scratchFolder, start } from "../testing.js";

let folder = "";
let given: readonly string[] = [];
let remove: () => Promise<void>;
const at = (...names: string[]): string => join(folder, ...names);

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  const pictures = await makePictures(at("pictures"), 6);
  const backbone = await makeBackbone(at("backbone"));
  given = [
    ...["tune", pictures, "--backbone", backbone, "--device", "cpu", "--batch-size", "8"],
    ...["--strategy", "probe", "--epochs", "4", "--param", "lr=1e-4..1e-1:log"],
    ...["--param", "label-smoothing=0,0.1", "--sampler", "random", "--no-retrain", "--json"],
  ];
});
afterAll(() => remove());

const search = (out: string, ...more: readonly string[]) => [...given, "--out", at(out), ...more];
const table = (out: string) => readFile(at(out, "trials.csv"), "utf8");
const endOf = (stdout: string) => {
  const { run: _, report: __, ...end } = lines(stdout).at(-1)!;
  return end;
};

test("two processes make the trials that one makes, and work features out once between them", async () => {
  const some = ["--trials", "5", "--pruner", "percentile:50", "--window", "2"];
  const alone = await graft(search("alone", ...some));
  const two = await graft(search("two", ...some, "--workers", "2"));
  expect([alone.code, two.code, two.stderr]).toEqual([0, 0, ""]);
  expect(await table("two")).toBe(await table("alone"));
  expect(endOf(two.stdout)).toEqual(endOf(alone.stdout));
  const times = lines(await readFile(at("two", "times.jsonl"), "utf8"));
  expect(times.filter(({ phase }) => phase === "features")).toHaveLength(2);
  expect(times.filter(({ phase }) => phase === "trial")).toHaveLength(5);
}, 180_000);

test.skipIf(process.platform === "win32")(
  "killed and begun again, or interrupted and resumed, it ends as if nothing had been",
  async () => {
    const some = ["--trials", "6", "--pruner", "none"];
    const whole = await graft(search("whole", ...some));
    const killed = start(search("killed", ...some));
    await killed.seen('"number":2');
    killed.kill("SIGKILL");
    expect((await killed.ended).code).toBe(null);
    const again = start(search("killed", ...some));
    await again.seen('"number":4');
    again.kill("SIGINT");
    const { code, stderr } = await again.ended;
    expect([code, stderr]).toEqual([
      130,
      expect.stringMatching(/The search was stopped.* Go on with: graft resume \S+killed\n$/),
    ]);
    const resumed = await graft(["resume", at("killed"), "--json"]);
    expect([resumed.code, resumed.stderr]).toEqual([0, ""]);
    expect(endOf(resumed.stdout)).toEqual(endOf(whole.stdout));
    expect(await table("killed")).toBe(await table("whole"));
    await rm(at("killed"), { recursive: true });
  },
  180_000,
);
