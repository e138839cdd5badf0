import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { parseHTML } from "linkedom";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Context, Launch } from "../command.js";
import { readExplanations } from "../run/explanations-file.js";
import type { Explanation } from "../task/explanation.js";
import {
  collect,
  makeBackbone,
  makePictures,
  makeTextBackbone,
  scratchFolder,
} from "../testing.js";
import { predictCommand } from "./predict.js";
import { report } from "./report.js";
import { resume } from "./resume.js";
import { train } from "./train.js";

let [folder, backbone] = ["", ""];
let remove: () => Promise<void>;
const at = (...path: string[]) => join(folder, ...path);

const words = { liked: ["good", "great", "fine"], disliked: ["bad", "awful", "dull"] } as const;
const things = ["film", "book", "song", "play", "tale"];
/** Every fifth of the test has the other label: a model that learned the words is wrong about these. */
const reviews = Array.from({ length: 50 }, (_, i) => {
  const liked = i % 2 === 0;
  const word = words[liked ? "liked" : "disliked"][i % 3]!;
  const text = `a ${word} ${things[i % 5]} of ${things[(i * 7 + 3) % 5]} ${i}`;
  const isOther = i >= 40 && i % 5 === 0;
  return { text, label: liked === isOther ? "disliked" : "liked" };
});
type Review = (typeof reviews)[number];

const context: Context = { signal: new AbortController().signal, stdin: Readable.from([]) };
const options = { device: "cpu" } as const;
const training = (data: string, out: string, more: object = {}) =>
  collect(
    train(
      {
        ...options,
        data: at(data),
        backbone,
        out: at(out),
        lr: 1e-2,
        epochs: 6,
        batchSize: 8,
        keepDuplicates: true,
        ...more,
      },
      context,
    ),
  );

/** A folder with a table to train on and one to be scored by. */
async function writeTables(
  name: string,
  header: string,
  cell: (one: Review) => string,
  scored = 10,
) {
  const rows = reviews.map((one) => `${one.text},${cell(one)}\n`);
  await mkdir(at(name));
  await writeFile(at(name, "train.csv"), [`${header}\n`, ...rows.slice(0, 40)].join(""));
  await writeFile(at(name, "test.csv"), [`${header}\n`, ...rows.slice(40, 40 + scored)].join(""));
}

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  backbone = await makeTextBackbone(
    at("backbone"),
    reviews.map(({ text }) => text),
  );
  await writeTables("reviews", "text,label", ({ label }) => label);
  await training("reviews", "run");
}, 180_000);
afterAll(() => remove());

/** The events, and the lines that a person sees, of `graft predict`. */
async function predicted(args: readonly string[]) {
  const seen: { type: string; explanations?: readonly Explanation[] }[] = [];
  const told: (string | undefined)[] = [];
  const launch: Launch = async (_, work, view) => {
    for await (const event of work(context)) {
      seen.push(event);
      told.push(view.line(event));
    }
  };
  await predictCommand(launch)
    .exitOverride()
    .parseAsync([...args, "--device", "cpu"], { from: "user" });
  const lines = told.filter((line) => line !== undefined);
  return { lines, predictions: seen.filter(({ type }) => type === "prediction") };
}

const sum = ({ words, pairWords }: Explanation) =>
  [...words, ...pairWords].reduce((all, { score }) => all + score, 0);
const strongest = ({ words }: Explanation) => words.toSorted((a, b) => b.score - a.score)[0]!;
const read = async (...path: string[]) => readFile(at(...path), "utf8");

test("a training leaves which words mattered in the texts that it is wrong about", async () => {
  const kept = await readExplanations(at("run", "explanations.jsonl"));
  const wrong = (await read("run", "predictions.jsonl"))
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => JSON.parse(line) as { name: string; truth: string; top: { label: string }[] })
    .filter(({ truth, top }) => top[0]!.label !== truth);
  expect(kept.length).toBeGreaterThan(1);
  expect(kept.map(({ name }) => name).sort()).toEqual(wrong.map(({ name }) => name).sort());
  for (const one of kept) {
    expect(sum(one)).toBeCloseTo(one.score - one.baselineScore + one.gap, 9);
    expect(one.words.length).toBe(6);
  }
  const { document } = parseHTML(await read("run", "report.html"));
  const rows = [...document.querySelectorAll("#mistakes tbody tr")];
  expect(rows).toHaveLength(kept.length);
  for (const row of rows) {
    expect(row.querySelectorAll("mark").length).toBeGreaterThan(0);
    expect(row.textContent).toMatch(
      /(dis)?liked \d+\.\d %, without its words \d+\.\d %, sum off by/,
    );
  }
  expect(document.querySelector("#mistakes .method")?.textContent).toContain(
    "integrated gradients (Sundararajan, Taly and Yan 2017)",
  );
});

test("the report comes back without an engine, and a finished run is asked anew", async () => {
  const shown = async () =>
    parseHTML(await read("run", "report.html")).document.querySelector("#mistakes")!.innerHTML;
  const whole = await shown();
  await rm(at("run", "report.html"));
  expect(await collect(report(at("run"), options, context))).toMatchObject([
    { type: "report-written" },
  ]);
  expect(await shown()).toBe(whole);

  const explanations = await read("run", "explanations.jsonl");
  await cp(at("run"), at("bare"), { recursive: true });
  await rm(at("bare", "explanations.jsonl"));
  await collect(report(at("bare"), options, context));
  expect(await read("bare", "report.html")).not.toContain("<mark");
  const events = await collect(resume(at("bare"), context));
  expect(events.filter(({ type }) => type === "explain-progress").length).toBeGreaterThan(0);
  expect(await read("bare", "explanations.jsonl")).toBe(explanations);
  expect(await read("bare", "report.html")).toContain("<mark");
});

test("a run that was stopped and goes on has them, too", async () => {
  // As a kill leaves it between the last checkpoint and the end.
  await cp(at("run"), at("cut"), { recursive: true });
  for (const name of ["model", "explanations.jsonl", "report.html"]) {
    await rm(at("cut", name), { recursive: true });
  }
  const abort = new AbortController();
  const events = resume(at("cut"), { ...context, signal: abort.signal });
  await expect(
    (async () => {
      for await (const event of events) if (event.type === "explain-progress") abort.abort();
    })(),
  ).rejects.toMatchObject({ code: "aborted" });
  await expect(read("cut", "explanations.jsonl")).rejects.toMatchObject({ code: "ENOENT" });
  await collect(resume(at("cut"), context));
  expect(await read("cut", "explanations.jsonl")).toBe(await read("run", "explanations.jsonl"));
}, 180_000);

test("predict --explain tells the words with their shares", async () => {
  const [dull, good] = ["a dull play of tale", "a good play of tale"];
  const { predictions, lines } = await predicted([at("run"), dull, good, "--explain"]);
  const [blamed, praised] = predictions.map(({ explanations }) => explanations![0]!);
  expect(blamed).toMatchObject({ target: "disliked", pairWords: [] });
  expect(praised).toMatchObject({ target: "liked", pairWords: [] });
  expect(blamed!.words.map(({ text }) => text)).toEqual(dull.split(" "));
  // The texts differ in one word, which so has most of the way between two sure answers.
  expect(blamed!.words[1]!.score + praised!.words[1]!.score).toBeGreaterThan(0.5);
  expect(lines[1]).toMatch(
    /^a good play of tale\tliked \d.*\n {2}liked 0\.\d+, without its words .*good \+0\.\d+.*\(integrated gradients, off by /,
  );
  const plain = await predicted([at("run"), dull]);
  expect(plain.predictions[0]).not.toHaveProperty("explanations");
});

test("labels and numbers are explained one by one; tags and pictures are refused", async () => {
  const isFilm = ({ text }: Review) => text.includes("film");
  await writeTables("labels", "text,labels", (one) => `${one.label}${isFilm(one) ? "|film" : ""}`);
  await writeTables("stars", "text,stars", ({ label }) => (label === "liked" ? "40" : "10"), 2);
  await training("labels", "labelled", { task: "text-labels" });
  const labels = await predicted([at("labelled"), "a good film of film", "--explain"]);
  const told = (labels.predictions[0] as { labels?: { label: string }[] }).labels!;
  const explained = labels.predictions[0]!.explanations!;
  expect(explained.map(({ target }) => target)).toEqual(told.map(({ label }) => label));
  const film = explained.find(({ target }) => target === "film");
  expect(film && strongest(film).text).toBe("film");
  expect((await readExplanations(at("labelled", "explanations.jsonl"))).length).toBeGreaterThan(0);

  await training("stars", "counted", { task: "text-numbers", targets: ["stars"] });
  const numbers = await predicted([at("counted"), "a great film of play", "--explain"]);
  const [stars] = numbers.predictions[0]!.explanations!;
  expect(stars!.target).toBe("stars");
  expect(stars!.score).toBeCloseTo(
    (numbers.predictions[0] as { values?: Record<string, number> }).values!.stars!,
    3,
  );
  expect(Math.abs(stars!.gap)).toBeLessThan(1);

  const pictures = await makePictures(at("pictures"), 3);
  const eyes = await makeBackbone(at("eyes"));
  await training("pictures", "seen", {
    data: pictures,
    backbone: eyes,
    epochs: 1,
    keepDuplicates: false,
  });
  await expect(predicted([at("seen"), join(pictures, "red"), "--explain"])).rejects.toThrow(
    "sees pictures. Leave it out.",
  );
  await expect(read("seen", "explanations.jsonl")).rejects.toMatchObject({ code: "ENOENT" });
}, 180_000);
