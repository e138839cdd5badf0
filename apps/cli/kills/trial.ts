import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { type Aim, type Life, live } from "./life.js";

/** The command that is tried, such as node and the command's file, and the training's arguments. */
export type Training = {
  readonly name: string;
  readonly graft: readonly string[];
  readonly args: readonly string[];
};

export type Trial = {
  /** All but the last were killed. */
  readonly lives: readonly Life[];
  /** What is not as in the run that nobody killed; empty: nothing. */
  readonly differences: readonly string[];
};

/** A run from its beginning to its end. Throws an `Error` with what it wrote when it fails. */
export async function runWhole(training: Training, run: string): Promise<Life> {
  const life = await live(begin(training, run), { run });
  if (life.code !== 0) throw new Error(`${training.name} ended with ${life.code}: ${life.stderr}`);
  return life;
}

/** Kills a run at each of these moments, goes on after each, and compares it with the whole one at the end. */
export async function killAndResume(
  training: Training,
  { run, whole, aims }: { run: string; whole: string; aims: readonly Aim[] },
): Promise<Trial> {
  const lives: Life[] = [];
  for (const aim of [...aims, undefined]) {
    const begun = existsSync(join(run, "config.json"));
    const command = begun ? [...training.graft, "resume", run, "--json"] : begin(training, run);
    const life = await live(command, { run, aim });
    lives.push(life);
    if (life.code === 0) break;
    if (life.code !== null) {
      return { lives, differences: [`it ended with ${life.code}: ${life.stderr.trim()}`] };
    }
  }
  return { lives, differences: differencesOf(whole, run) };
}

const begin = ({ graft, args }: Training, run: string): readonly string[] => [
  ...graft,
  "train",
  ...args,
  "--out",
  run,
  "--json",
];

/** Which checkpoints there are is the clock's choice. */
const isOfTheClock = (name: string): boolean => /^checkpoints\/[^/]+\/step-/.test(name);

/** These tell of times. */
const tellTimes = ["README.md", "report.html", "times.jsonl", "model/parity.json"];

/** Files that are missing, too many, or of other bytes. */
function differencesOf(whole: string, run: string): readonly string[] {
  const [expected, found] = [filesOf(whole), filesOf(run)];
  const lost = expected.filter((name) => !found.includes(name)).map((name) => `no ${name}`);
  const left = found.filter((name) => !expected.includes(name)).map((name) => `has ${name}`);
  const others = expected
    .filter((name) => found.includes(name) && !tellTimes.includes(name))
    .filter((name) => !readFileSync(join(whole, name)).equals(readFileSync(join(run, name))))
    .map((name) => `other ${name}`);
  return [...lost, ...left, ...others];
}

const filesOf = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).replaceAll("\\", "/"))
    .filter((name) => !isOfTheClock(name))
    .sort();
