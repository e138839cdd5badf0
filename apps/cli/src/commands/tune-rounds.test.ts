import { existsSync } from "node:fs";
import { readdir, readFile, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Launch } from "../command.js";
import {
  eventsOf,
  graft,
  lines,
  makeBackbone,
  makePictures,
  scratchFolder,
  start,
} from "../testing.js";
import { resumeCommand } from "./resume.js";
import { tuneCommand } from "./tune.js";

let folder = "";
let given: readonly string[] = [];
let remove: () => Promise<void>;
const at = (...names: string[]): string => join(folder, ...names);

/** Six trials to epoch 1, three to 2, one to 4, and it to 5. */
const rounds = ["--pruner", "rounds", "--grid", "lr=1e-9,0.001,0.01,0.03,0.1,1e-8"];

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  const pictures = await makePictures(at("pictures"), 8);
  const backbone = await makeBackbone(at("backbone"));
  given = [
    ...[pictures, "--backbone", backbone, "--batch-size", "8"],
    ...["--head-epochs", "1", "--epochs", "5"],
  ];
});
afterAll(() => remove());

type Told = { readonly type: string; readonly [key: string]: unknown };
type Trial = {
  readonly number: number;
  readonly state: string;
  readonly values: readonly number[];
  readonly reports: readonly { readonly step: number; readonly value: number }[];
};

const tune = async (out: string, ...more: readonly string[]) =>
  (await eventsOf(tuneCommand, [...given, "--out", at(out), ...more])) as readonly Told[];
const table = (out: string) => readFile(at(out, "trials.csv"), "utf8");
const bestOf = async (out: string) => JSON.parse(await readFile(at(out, "best.json"), "utf8"));
const endsOf = (events: readonly Told[]) =>
  events.flatMap((event) =>
    event.type === "trial-end" ? [{ ...event, trial: event.trial as Trial }] : [],
  ) as (Told & { readonly trial: Trial; readonly round: number; readonly from: string })[];

/** Reports of each trial over all rounds. */
function curvesOf(events: readonly Told[]): ReadonlyMap<number, Trial["reports"]> {
  const curves = new Map<number, Trial["reports"]>();
  for (const { trial } of endsOf(events)) {
    curves.set(trial.number, [...(curves.get(trial.number) ?? []), ...trial.reports]);
  }
  return curves;
}

/** Reads events until one is as asked for, and no further, as an interrupt does. */
async function tuneUntil(out: string, isEnough: (event: Told) => boolean, args = rounds) {
  const launch: Launch = async (_, work) => {
    const { signal } = new AbortController();
    for await (const event of work({ signal, stdin: process.stdin })) {
      if (isEnough(event as Told)) break;
    }
  };
  await tuneCommand(launch)
    .exitOverride()
    .parseAsync([...given, "--device", "cpu", "--out", at(out), ...args], { from: "user" });
}

test("trials go on by rounds as if they had never stopped, and the best is kept as a run with its trial's score", async () => {
  const whole = await tune("whole", "--no-retrain", ...rounds.slice(2));
  const events = await tune("rounds", ...rounds);
  const starts = events.filter(({ type }) => type === "round-start");
  expect(starts.map(({ round, resource, trials }) => [round, resource, trials])).toEqual([
    [0, 1, 6],
    [1, 2, 3],
    [2, 4, 1],
    [3, 5, 1],
  ]);
  expect(events.find(({ type }) => type === "tune-start")).toMatchObject({
    rounds: starts.map(({ resource, trials }) => ({ resource, trials })),
  });
  const curves = curvesOf(whole);
  for (const [number, reports] of curvesOf(events)) {
    expect(reports).toEqual(curves.get(number)!.slice(0, reports.length));
  }
  const end = events.at(-1)!;
  expect(end).toMatchObject({ type: "tune-end", complete: 1, pruned: 5, failed: 0 });
  expect(events.find(({ type }) => type === "train-end")).toMatchObject({ accuracy: end.score });
  expect(curves.get(end.number as number)!.at(-1)!.value).toBe(end.score);
  expect(await bestOf("rounds")).toMatchObject({ number: end.number, score: end.score });
  const rows = (await table("rounds")).trim().split("\r\n");
  expect(rows[0]).toBe("number,state,value_0,param_lr,last_step,last_value,reason");
  expect(rows.slice(1).map((row) => row.split(",")[0])).toEqual(["0", "1", "2", "3", "4", "5"]);
  const lasts = rows.slice(1).map((row) => Number(row.split(",")[4]));
  expect(lasts.toSorted()).toEqual([1, 1, 1, 2, 2, 5]);
  expect(await readdir(at("rounds"))).not.toContain("checkpoints");
  expect(await readFile(at("rounds", "report.html"), "utf8")).toContain(
    "3 of 6 trials went on from 1, and others were better",
  );
});

test("stopped anywhere it goes on to the same trials and the same best", async () => {
  let count = 0;
  let total = 0;
  await tuneUntil("counted", () => {
    total++;
    return false;
  });
  // In the first round, at the start of the second, in it, and in those after.
  for (const share of [0.2, 0.35, 0.5, 0.65, 0.8]) {
    await rm(at("stopped"), { recursive: true, force: true });
    for (const one of [share, share + 0.1]) {
      count = 0;
      await tuneUntil("stopped", () => ++count > one * total, [...rounds, "--no-retrain"]);
    }
    const events = await eventsOf(resumeCommand, [at("stopped")]);
    expect(await table("stopped")).toBe(await table("rounds"));
    expect(await bestOf("stopped")).toEqual(await bestOf("rounds"));
    expect(events.filter(({ type }) => type === "trial-anew")).toEqual([]);
  }
});

test("only what may go on is kept, and a checkpoint that is lost or damaged costs the training alone", async () => {
  const kept: number[] = [];
  const folders = (epochs: number) => readdir(at("lost", "checkpoints", String(epochs)));
  await tuneUntil("lost", ({ type, round }) => type === "round-start" && round === 1);
  expect(await folders(1)).toHaveLength(3);
  const [first = "", second = ""] = await folders(1);
  await rm(at("lost", "checkpoints", "1", first), { recursive: true });
  const [file = ""] = await readdir(at("lost", "checkpoints", "1", second));
  await truncate(at("lost", "checkpoints", "1", second, file), 100);
  const events = await tune("lost", ...rounds, "--no-retrain");
  for (const event of events) if (event.type === "trial-anew") kept.push(event.number as number);
  expect(kept.toSorted()).toEqual([Number(first), Number(second)].toSorted());
  expect(
    events.find(({ type, number }) => type === "trial-anew" && number === Number(first)),
  ).toEqual(
    expect.objectContaining({ reason: expect.stringMatching(/^there is no checkpoint in /) }),
  );
  expect(await table("lost")).toBe(await table("rounds"));
  expect(existsSync(at("lost", "checkpoints"))).toBe(false);
});

test("what can't go together with rounds is told before anything is read", async () => {
  const refused = async (...more: readonly string[]) =>
    String(await tune("refused", "--pruner", "rounds", ...more).catch((one: Error) => one.message));
  const lr = ["--grid", "lr=0.01,0.02"];
  expect(await refused(...lr, "--min-epochs", "6")).toMatch(/^--min-epochs 6 is how far the first/);
  expect(await refused(...lr, "--patience", "2")).toMatch(/^--patience ends a training where/);
  expect(await refused("--grid", "patience=2,3")).toMatch(/^--patience ends a training where/);
  expect(await refused(...lr, "--time", "1h")).toMatch(/^--time ends a search between two trials/);
  expect(await refused("--param", "strategy=probe,few-shot")).toMatch(/few-shot has none\. /);
  expect(await refused("--strategy", "few-shot")).toMatch(/few-shot has none\. /);
  const free = given.slice(0, -2);
  const other = async (...more: readonly string[]) =>
    String(
      await eventsOf(tuneCommand, [...free, "--out", at("refused"), "--pruner", ...more]).catch(
        (one: Error) => one.message,
      ),
    );
  expect(await other("rounds", "--param", "epochs=2..5")).toMatch(/epochs can't be searched\. /);
  expect(await other("rounds", "--param", "strategy=probe,finetune")).toMatch(
    /strategies have 30 or 20 epochs\. Give --epochs 30\.$/,
  );
  expect(await other("rounds:1", ...lr)).toMatch(/^--pruner rounds:1: It must be a whole number/);
  expect(await readdir(folder)).not.toContain("refused");
  const more = tune("rounds", ...rounds, "--trials", "3");
  await expect(more).rejects.toThrow(/holds a search by rounds of all trials, and this one has 3;/);
});

test.skipIf(process.platform === "win32")(
  "two processes make the same trials, killed between and within rounds, too",
  async () => {
    const args = ["tune", ...given, "--device", "cpu", ...rounds, "--no-retrain", "--json"];
    const two = [...args, "--workers", "2", "--out", at("two")];
    const within = start(two);
    await within.seen('"type":"round-start","round":1');
    within.kill("SIGKILL");
    await within.ended;
    const again = start(two);
    await again.seen('"type":"round-start","round":2');
    await again.seen('"step":3');
    again.kill("SIGKILL");
    await again.ended;
    const { code, stdout, stderr } = await graft(["resume", at("two"), "--json"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(await table("two")).toBe(await table("rounds"));
    expect(await bestOf("two")).toEqual(await bestOf("rounds"));
    expect(lines(stdout).filter(({ type }) => type === "trial-anew")).toEqual([]);
  },
  240_000,
);
