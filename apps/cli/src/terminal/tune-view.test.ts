import { Writable } from "node:stream";
import type { FinishedTrial } from "@graft-ml/hpo";
import { expect, test } from "vitest";
import type { TuneCommandEvent } from "../commands/tune.js";
import { render } from "./render.js";
import { tuneView } from "./tune-view.js";

const start: TuneCommandEvent = {
  ...{ type: "tune-start", run: "/search", parameters: ["lr=0.001..0.1:log"], isDefault: true },
  ...{ sampler: "tpe", pruner: "median", trials: 3, epochs: 8, metric: "accuracy", target: null },
  rounds: null,
  ...{ direction: "maximize", samples: { train: 40, validation: 10 } },
};
const trial = (number: number, rest: Partial<FinishedTrial>): TuneCommandEvent => ({
  type: "trial-end",
  from: "here",
  trial: {
    ...{ number, params: { lr: 0.01 * (number + 1) }, state: "complete", values: [], reports: [] },
    ...rest,
  },
});
const steps = (count: number, value: number) =>
  Array.from({ length: count }, (_, at) => ({ step: at + 1, value }));

const events: readonly TuneCommandEvent[] = [
  start,
  { type: "trial-start", number: 0, params: { lr: 0.01 }, attempt: 1 },
  { type: "trial-report", number: 0, step: 1, value: 0.7 },
  trial(0, { values: [0.8], reports: steps(8, 0.8) }),
  { type: "trial-start", number: 1, params: { lr: 0.02 }, attempt: 1 },
  trial(1, { state: "pruned", reports: steps(2, 0.5), reason: "worse" }),
  trial(2, { state: "failed", reason: "Loss became NaN." }),
];

/** A stream that keeps what is written. */
function kept(isTTY: boolean) {
  const texts: string[] = [];
  const stream = new Writable({
    write(chunk, _, done) {
      texts.push(String(chunk));
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY, columns: 60 }), text: () => texts.join("") };
}

async function* all(given: readonly TuneCommandEvent[]) {
  yield* given;
}

async function shown(isTTY: boolean, given = events) {
  const [stdout, stderr] = [kept(isTTY), kept(isTTY)];
  const streams = { stdout: stdout.stream, stderr: stderr.stream };
  await render(all(given), tuneView(), { json: false, quiet: false, ...streams });
  return { stdout: stdout.text(), stderr: stderr.text() };
}

test("a line a trial, with its score, epochs, state and parameters", async () => {
  const { stdout, stderr } = await shown(false);
  expect(stderr).toBe("");
  expect(stdout.split("\n").slice(-4)).toEqual([
    "#0     80.0 %  8 epochs  best     lr 0.01",
    "#1     50.0 %  2 epochs  pruned   lr 0.02",
    "#2             0 epochs  failed   lr 0.03: Loss became NaN.",
    "",
  ]);
});

test("on a terminal those under way and what is left stand below, and go in the end", async () => {
  const { stderr } = await shown(true);
  expect(stderr).toContain("#0             0 epochs  running  lr 0.01\n0 of 3 trials\n");
  expect(stderr).toMatch(/1 of 3 trials, best 80\.0 % \(#0\), about \d+ s left\n/);
  // Up by the last block's lines, and nothing below.
  expect(stderr.endsWith("\u001b[1A\u001b[0J")).toBe(true);
});

test("of rounds the head says which, how many epochs are trained, and what is trained again is told", async () => {
  const rounds = [
    { resource: 2, trials: 3 },
    { resource: 8, trials: 1 },
  ];
  const round = (at: number, origins: readonly number[]): TuneCommandEvent => ({
    ...{ type: "round-start", round: at, ...rounds[at]!, origins },
  });
  const given: readonly TuneCommandEvent[] = [
    { ...start, pruner: "rounds", rounds } as TuneCommandEvent,
    round(0, []),
    trial(0, { values: [0.5], reports: steps(2, 0.5) }),
    trial(2, { values: [0.7], reports: steps(2, 0.7) }),
    trial(1, { state: "failed", reason: "Loss became NaN." }),
    round(1, [2]),
    { type: "trial-start", number: 2, params: { lr: 0.03 }, attempt: 1 },
    { type: "trial-anew", number: 2, reason: "there is no checkpoint" },
    { type: "trial-report", number: 2, step: 3, value: 0.75 },
    trial(2, { values: [0.8], reports: [{ step: 8, value: 0.8 }] }),
  ];
  const { stdout, stderr } = await shown(false, given);
  expect(stdout).toContain(
    "3 trials by tpe, the best by rounds to epochs 2, 8, 8 epochs at most\n",
  );
  expect(stderr).toBe(
    "warning: trial 2 is trained again from its beginning: there is no checkpoint\n",
  );
  expect(stdout.split("\n").slice(-7)).toEqual([
    "Round 1 of 2, to epoch 2: 3 trials",
    "#0     50.0 %  2 epochs  best     lr 0.01",
    "#2     70.0 %  2 epochs  best     lr 0.03",
    "#1             0 epochs  failed   lr 0.02: Loss became NaN.",
    "Round 2 of 2, to epoch 8: 1 trial",
    "#2     80.0 %  8 epochs  best     lr 0.03",
    "",
  ]);
  const live = (await shown(true, given)).stderr;
  expect(live).toContain("Round 2 of 2, to epoch 8: 0 of 1 trials, 4 of 12 epochs");
  expect(live).toContain("Round 2 of 2, to epoch 8: 1 of 1 trials, 10 of 12 epochs");
});
