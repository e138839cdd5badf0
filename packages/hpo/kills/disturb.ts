import { isDeepStrictEqual } from "node:util";
import { readJournal } from "../src/node.js";
import { type Random, randomOf } from "../src/random.js";
import type { FinishedTrial } from "../src/trial.js";
import { type Life, startLife } from "./life.js";

/** What was done to a search, and what is wrong with its end. */
export type Disturbance = {
  /** Of the whole process, and of workers. */
  readonly kills: number;
  readonly workerKills: number;
  /** Processes that searched. */
  readonly lives: number;
  /** Empty where the end is equal to the undisturbed one and every trial ended once. */
  readonly faults: readonly string[];
};

/** How a search is disturbed. */
export type Disturbing = {
  readonly path: string;
  readonly seed: number;
  /** Processes with the journal at once. */
  readonly processes: number;
  /** Of each process; 0: trials run in it. */
  readonly workers: number;
  /** At most. */
  readonly kills: number;
  /** The trials of the undisturbed search. */
  readonly expected: readonly FinishedTrial[];
};

/** Kills a search's processes and workers at random moments, and starts them again, until it has ended. */
export async function disturb(the: Disturbing): Promise<Disturbance> {
  const random = randomOf({ seed: the.seed, number: the.processes, site: "kills" });
  const struck = { kills: 0, workerKills: 0 };
  const lives: Life[] = [];
  const live = async (): Promise<void> => {
    for (let code: number | null = null; code !== 0; ) {
      const life = startLife(the.path, the.seed, the.workers);
      lives.push(life);
      await life.begun;
      await strike(life, { the, random, struck });
      code = await life.ended;
      if (code !== 0 && code !== null) throw new Error(`A search ended with code ${code}.`);
    }
  };
  await Promise.all(Array.from({ length: the.processes }, live));
  const { trials } = await readJournal(the.path);
  return { ...struck, lives: lives.length, faults: faultsOf(trials, lives, the.expected) };
}

type Striking = {
  readonly the: Disturbing;
  readonly random: Random;
  readonly struck: { kills: number; workerKills: number };
};

/** Kills workers of a process, now and then, and in the end the process. */
async function strike(life: Life, { the, random, struck }: Striking): Promise<void> {
  while (struck.kills + struck.workerKills < the.kills) {
    await new Promise((done) => setTimeout(done, random.uniform() * 120));
    const isWorker = the.workers > 0 && random.uniform() < 0.5;
    if (!isWorker) {
      if (life.kill()) struck.kills += 1;
      return;
    }
    if (!life.killWorker(random.uniform())) return;
    struck.workerKills += 1;
  }
}

function faultsOf(
  trials: readonly FinishedTrial[],
  lives: readonly Life[],
  expected: readonly FinishedTrial[],
): readonly string[] {
  const faults: string[] = [];
  if (!isDeepStrictEqual(trials, expected)) faults.push("the end isn't that of the undisturbed");
  const counted = new Map<number, number>();
  for (const event of lives.flatMap(({ events }) => events)) {
    if (event.type !== "trial-end") continue;
    const { number } = event.trial;
    if (!isDeepStrictEqual(trials[number], event.trial)) faults.push(`trial ${number} was lost`);
    if (event.from === "here") counted.set(number, (counted.get(number) ?? 0) + 1);
  }
  for (const [number, count] of counted) {
    if (count > 1) faults.push(`trial ${number} was counted ${count} times`);
  }
  return faults;
}
