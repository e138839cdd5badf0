import { spawn } from "node:child_process";
import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { median } from "../pruners/median.js";
import { random } from "../samplers/random.js";
import type { SearchEvent } from "../search/events.js";
import type { SearchHeader } from "../search/journal.js";
import type { Objective } from "../search/objective.js";
import type { SearchOptions } from "../search/options.js";
import { search } from "../search/search.js";
import type { Space } from "../space/space.js";
import { fileJournal } from "./file-journal.js";
import { decodeLine, encodeLine } from "./line.js";
import { ownMark, stateOf } from "./process-mark.js";
import { readJournal } from "./read-journal.js";
import type { JournalRecord } from "./records.js";

let folder: string;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "graft-journal-"));
});
afterAll(() => rm(folder, { recursive: true }));

const newPath = (): string => join(folder, `${count++}.jsonl`);

const space: Space = {
  parameters: {
    x: { kind: "float", min: -5, max: 5 },
    way: { kind: "choice", values: ["a", "b"] },
  },
  constraints: [],
};

const objective: Objective = async ({ x, way }, { number, report }) => {
  const value = Number(x) ** 2 + (way === "a" ? 1 : 0);
  for (let step = 1; step <= 3; step++) await report({ step, value: value + 1 / step });
  if (number === 6) throw new Error("diverged");
  return value;
};

const options = {
  space,
  sampler: random(),
  pruner: median({ startup: 3 }),
  objective,
  seed: 5,
  trials: 20,
  window: 4,
};

async function run(changes: Partial<SearchOptions> = {}, until = (_: SearchEvent) => false) {
  const events: SearchEvent[] = [];
  for await (const event of search({ ...options, ...changes })) {
    events.push(event);
    if (until(event)) break;
  }
  const last = events.at(-1)!;
  return { events, trials: last.type === "search-end" ? last.trials : [] };
}

const here = ({ events }: { events: SearchEvent[] }): number =>
  events.filter((event) => event.type === "trial-end" && event.from === "here").length;

test("a search that was left goes on to the same end, and runs no trial twice", async () => {
  const whole = await run();
  const journal = fileJournal(newPath());
  const first = await run(
    { journal, workers: 2 },
    (event) => event.type === "trial-end" && event.trial.number === 8,
  );
  const second = await run({ journal, workers: 4 });
  expect(second.trials).toEqual(whole.trials);
  // What was kept but not yet told when the loop was left is told as the journal's.
  expect(here(first) + here(second)).toBeLessThanOrEqual(20);
  const third = await run({ journal });
  expect(here(third)).toBe(0);
  expect(third.trials).toEqual(whole.trials);
  const more = await run({ journal, trials: 25 });
  expect(here(more)).toBe(5);
  expect(more.trials.slice(0, 20)).toEqual(whole.trials);
});

test("a journal cut anywhere leads to the same end", async () => {
  const whole = await run();
  const path = newPath();
  await run({ journal: fileJournal(path) });
  // As if by a process that has died: this one lives.
  const records = (await readFile(path, "utf8")).split("\n").map(decodeLine);
  const lines = records.filter((record) => record !== undefined) as JournalRecord[];
  const dead = { ...ownMark(), start: "long ago" };
  const bytes = Buffer.concat(
    lines.map((line) => encodeLine(line.type === "join" ? { ...line, process: dead } : line)),
  );
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length), fc.boolean(), async (length, isTornBefore) => {
      const cut = newPath();
      await writeFile(cut, bytes);
      await truncate(cut, length);
      if (isTornBefore && length > 200)
        await appendFile(cut, '\n{"sum":"0123456789abcdef","record":{"type":"e');
      expect((await run({ journal: fileJournal(cut) })).trials).toEqual(whole.trials);
      expect((await readJournal(cut)).trials).toEqual(whole.trials);
    }),
    { numRuns: 12 },
  );
});

test("searches that share a journal share the trials", async () => {
  const whole = await run();
  const path = newPath();
  const slow: Objective = async (params, context) => {
    await new Promise((done) => setTimeout(done, 5));
    return await objective(params, context);
  };
  const journals = [1, 2, 3].map(() =>
    run({ journal: fileJournal(path), objective: slow, workers: 2 }),
  );
  const all = await Promise.all(journals);
  for (const { trials } of all) expect(trials).toEqual(whole.trials);
  expect(all.reduce((sum, each) => sum + here(each), 0)).toBe(20);
});

test.each<[string, Partial<SearchOptions>, string]>([
  ["seed", { seed: 6 }, "seed 5, and this one has seed 6"],
  ["window", { window: 5 }, "window 4, and this one has window 5"],
  [
    "sampler",
    { sampler: { ...random(), name: "tpe" } },
    'sampler "random", and this one has sampler "tpe"',
  ],
  ["pruner", { pruner: median(), directions: ["maximize"] }, 'directions ["minimize"]'],
  [
    "parameter",
    {
      space: {
        ...space,
        parameters: { ...space.parameters, x: { kind: "float", min: -5, max: 6 } },
      },
    },
    'parameter x {"kind":"float","max":5,"min":-5}, and',
  ],
  [
    "more",
    {
      space: {
        ...space,
        parameters: { ...space.parameters, z: { kind: "float", min: 0, max: 1 } },
      },
    },
    "parameter z none, and",
  ],
  [
    "order",
    {
      space: { ...space, parameters: { way: space.parameters.way!, x: space.parameters.x! } },
    },
    'parameters ["x","way"], and',
  ],
])("another %s is refused by name", async (_, changes, message) => {
  const path = newPath();
  await run({ journal: fileJournal(path), trials: 1 });
  await expect(run({ journal: fileJournal(path), ...changes })).rejects.toMatchObject({
    code: "search-mismatch",
    message: expect.stringContaining(message),
  });
});

test("a file that is no journal is left alone", async () => {
  const path = newPath();
  await writeFile(path, "number,state\n");
  await expect(run({ journal: fileJournal(path) })).rejects.toMatchObject({
    code: "journal-corrupt",
  });
  await expect(readJournal(path)).rejects.toMatchObject({ code: "journal-corrupt" });
  expect(await readFile(path, "utf8")).toBe("number,state\n");
  await writeFile(path, encodeLine({ type: "beat", by: "someone" }));
  await expect(run({ journal: fileJournal(path) })).rejects.toThrow("has lost its first line");
});

const header: SearchHeader = {
  version: 1,
  parameters: space.parameters,
  constraints: 0,
  seed: 0,
  sampler: "random",
  pruner: null,
  directions: ["minimize"],
  window: 4,
};

test("a trial of a silent process on another host is given out when its lease is over, once", async () => {
  const path = newPath();
  const trial = { number: 0, params: { x: 1, way: "a" } };
  const mark = { host: "elsewhere", pid: 1, start: "0" };
  await writeFile(
    path,
    Buffer.concat([
      encodeLine({ type: "search", header }),
      encodeLine({ type: "join", by: "far", process: mark }),
      encodeLine({ type: "claim", by: "far", attempt: 1, trial }),
    ]),
  );
  const [one, two] = await Promise.all(
    [1, 2].map(() => fileJournal(path, { lease: 2 }).open(header)),
  );
  expect((await one!.read()).held.get(0)).toEqual({ ...trial, attempt: 1, holder: "other" });
  // A sign of life puts it off.
  await new Promise((done) => setTimeout(done, 1200));
  await appendFile(path, encodeLine({ type: "beat", by: "far" }));
  expect((await one!.read()).held.get(0)?.holder).toBe("other");
  await new Promise((done) => setTimeout(done, 1200));
  expect((await one!.read()).held.get(0)?.holder).toBe("other");
  await new Promise((done) => setTimeout(done, 1600));
  expect((await one!.read()).held.get(0)?.holder).toBe("lost");
  const taken = await Promise.all([one!.claim(trial, 2), two!.claim(trial, 2)]);
  expect(taken.filter(Boolean)).toHaveLength(1);
  // The silent one comes back and is the first to end it.
  const ended = { ...trial, state: "complete", values: [2], reports: [] } as const;
  await appendFile(path, encodeLine({ type: "end", by: "far", trial: ended }));
  await one!.end({ ...ended, values: [3] });
  expect((await two!.read()).ended.get(0)).toEqual(ended);
  await Promise.all([one!.close(), two!.close()]);
});

test("a process is told from a later one of its number", async () => {
  const own = ownMark();
  expect(stateOf(own)).toBe("alive");
  expect(stateOf({ ...own, host: "elsewhere" })).toBe("unknown");
  if (own.start !== null) expect(stateOf({ ...own, start: "long ago" })).toBe("dead");
  const child = spawn(process.execPath, ["-e", ""]);
  await new Promise((done) => child.on("exit", done));
  expect(stateOf({ ...own, pid: child.pid! })).toBe("dead");
});
