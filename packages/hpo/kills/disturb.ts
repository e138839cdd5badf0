import { isDeepStrictEqual } from "node:util";
import { readRedisJournal } from "../src/bullmq.js";
import { readJournal } from "../src/node.js";
import { type Random, randomOf } from "../src/random.js";
import type { RedisServer } from "../src/testing/redis-server.js";
import type { FinishedTrial } from "../src/trial.js";
import { type Life, type LifeSetting, startLife } from "./life.js";
import { type QueueCrew, queueCrew } from "./queue-crew.js";

/** What was done to a search, and what is wrong with its end. */
export type Disturbance = {
  /** Of the whole process, of workers, and of Redis. */
  readonly kills: number;
  readonly workerKills: number;
  readonly redisKills: number;
  /** Processes that searched. */
  readonly lives: number;
  /** Empty where the end is equal to the undisturbed one and every trial ended once. */
  readonly faults: readonly string[];
};

/** How a search is disturbed. */
export type Disturbing = LifeSetting & {
  /** Processes with the journal at once. */
  readonly processes: number;
  /** At most. */
  readonly kills: number;
  /** Where the queue's Redis is, to be killed too. */
  readonly redis?: RedisServer;
  /** The trials of the undisturbed search. */
  readonly expected: readonly FinishedTrial[];
};

const OBJECTIVE = new URL("./objective.ts", import.meta.url).href;

type Struck = { kills: number; workerKills: number; redisKills: number };

type Striking = {
  readonly the: Disturbing;
  readonly random: Random;
  readonly struck: Struck;
  readonly crew: QueueCrew | undefined;
};

/** Kills a search's processes and workers at random moments, and starts them again, until it has ended. */
export async function disturb(the: Disturbing): Promise<Disturbance> {
  const { path, seed, workers, queue, processes, expected } = the;
  const random = randomOf({ seed, number: processes, site: "kills" });
  const struck: Struck = { kills: 0, workerKills: 0, redisKills: 0 };
  const lives: Life[] = [];
  const crew = queue && queueCrew(queue, { count: 2, concurrency: 2, lease: 1, module: OBJECTIVE });
  const setting = { seed, workers, ...(path ? { path } : {}), ...(queue ? { queue } : {}) };
  let hasFailed = false;
  const live = async (): Promise<void> => {
    for (let code: number | null = null; code !== 0 && !hasFailed; ) {
      const life = startLife(setting);
      lives.push(life);
      await life.begun;
      await strike(life, { the, random, struck, crew });
      code = await life.ended;
      if (code !== 0 && code !== null) throw new Error(`A search ended with code ${code}.`);
    }
  };
  const all = Promise.all(Array.from({ length: processes }, live));
  try {
    await (crew ? Promise.race([all, crew.failed]) : all);
  } catch (error) {
    hasFailed = true;
    for (const life of lives) life.kill();
    await Promise.allSettled([all, crew?.close()]);
    throw error;
  }
  await crew?.close();
  const { trials } = path
    ? await readJournal(path)
    : await readRedisJournal({ connection: queue!.address, search: queue!.name });
  return { ...struck, lives: lives.length, faults: faultsOf(trials, lives, expected) };
}

const sumOf = ({ kills, workerKills, redisKills }: Struck): number =>
  kills + workerKills + redisKills;

/** Kills workers of a process and Redis, now and then, and in the end the process. */
async function strike(life: Life, striking: Striking): Promise<void> {
  const { the, random, struck, crew } = striking;
  let isOver = false;
  void life.ended.then(() => {
    isOver = true;
  });
  while (sumOf(struck) < the.kills && !isOver) {
    await new Promise((done) => setTimeout(done, random.uniform() * (crew ? 400 : 120)));
    if (!(await strikeBeside(life, striking))) {
      if (life.kill()) struck.kills += 1;
      return;
    }
  }
}

/** Kills something that a process needs; false where it is the process's turn. */
async function strikeBeside(life: Life, { the, random, struck, crew }: Striking): Promise<boolean> {
  const [what, choose] = [random.uniform(), random.uniform()];
  if (what < 0.08 && the.redis && sumOf(struck) < the.kills) {
    struck.redisKills += 1;
    await the.redis.kill();
    await the.redis.start();
    return true;
  }
  if (what >= 0.5 || the.workers === 0) return false;
  if (crew ? crew.kill(choose) : life.killWorker(choose)) struck.workerKills += 1;
  return true;
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
