import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { fileJournal } from "../journal/file-journal.js";
import { readJournal } from "../journal/read-journal.js";
import { random } from "../samplers/random.js";
import { search } from "../search/search.js";
import { branch, choice, float, int, space } from "../space/build.js";
import type { FinishedTrial } from "../trial.js";
import type { SearchedSpace } from "./input.js";
import { searchPage } from "./search-page.js";

const hostile = `</script><script>alert("1")</script>'&`;

const searched = space({
  rate: float({ min: 1e-5, max: 1e-1, log: true }),
  layers: int({ min: 1, max: 4 }),
  optimizer: choice(["sgd", hostile]),
  ...branch({ optimizer: "sgd" }, { momentum: float({ min: 0, max: 0.9 }) }),
  fixed: choice([7]),
});

/** Trial n: even ones use sgd; 3 is pruned, 5 failed. The best is 4. */
const trials: readonly FinishedTrial[] = Array.from({ length: 8 }, (_, number) => {
  const optimizer = number % 2 === 0 ? "sgd" : hostile;
  const params = {
    rate: 10 ** (-5 + number / 2),
    layers: 1 + (number % 4),
    optimizer,
    ...(optimizer === "sgd" && { momentum: number / 10 }),
    fixed: 7,
  };
  const values = [(number - 4) ** 2 + 0.5];
  const reports = [1, 2, 3].map((step) => ({ step, value: values[0]! + 1 / step }));
  const trial = { number, params, values, reports, state: "complete" } as const;
  if (number === 3) {
    return { ...trial, values: [], reports: reports.slice(0, 2), state: "pruned", reason: hostile };
  }
  if (number === 5)
    return { ...trial, values: [], reports: [], state: "failed", reason: "no memory" };
  return trial;
});

function page(change: Partial<SearchedSpace> = {}) {
  const text = searchPage({ title: hostile, space: searched, trials, ...change });
  return { text, document: parseHTML(text).document };
}
type Page = ReturnType<typeof page>["document"];

const words = (element: { textContent: string | null } | null | undefined): string =>
  (element?.textContent ?? "").replace(/\s+/g, " ").trim();
const sectionsOf = (document: Page) =>
  [...document.querySelectorAll("main > section")].map(({ id }) => id);
const tilesOf = (document: Page) => [...document.querySelectorAll(".tile")].map(words);

test("the page is one file that may run no script and load nothing, and harm is text", () => {
  const { text, document } = page({ notes: [hostile], objectiveNames: [hostile] });
  const policy = document.querySelector('meta[http-equiv="Content-Security-Policy"]');
  expect(policy?.getAttribute("content")).toMatch(
    /^default-src 'none'; style-src 'unsafe-inline';/,
  );
  expect(text).not.toMatch(/<script|<\/script|url\((?!#)|@import/);
  expect(document.querySelectorAll("link, iframe, object, img, [onload], [src]")).toHaveLength(0);
  const addresses = [...document.querySelectorAll("[href]")].map((one) => one.getAttribute("href"));
  expect(addresses.filter((one) => !one?.startsWith("#"))).toEqual([]);
  expect(words(document.querySelector("h1"))).toBe(hostile);
});

test("colours are the theme's own", () => {
  const { document } = page();
  const colors = [...document.querySelectorAll("svg [stroke], svg [fill]")].flatMap((one) =>
    [one.getAttribute("stroke"), one.getAttribute("fill")].filter((color) => color !== null),
  );
  const own =
    /^(none|currentColor|var\(--[\w-]+\)|color-mix\(in oklab, var\(--near\) \d+%, var\(--far\)\))$/;
  expect(new Set(colors.filter((color) => !own.test(color)))).toEqual(new Set());
});

test("what is best, with its parameters whole", () => {
  const { document } = page({ made: { sampler: "tpe", pruner: null, seed: 3, window: 4 } });
  expect(words(document.querySelector(".lead"))).toBe(
    "8 trials to minimize value, by tpe, seed 3, window 4.",
  );
  expect(tilesOf(document).slice(0, 4)).toEqual([
    "Best value0.5trial 4",
    "Complete6have their values",
    "Pruned1stopped early",
    "Failed1threw, or gave no finite number",
  ]);
  const rows = [...document.querySelectorAll("#overview tbody tr")].map(words);
  expect(rows).toEqual([
    "rate0.0010.00001..0.1:log",
    "layers11..4",
    `optimizersgdsgd,${JSON.stringify(hostile)}`,
    "momentum0.40..0.9@optimizer=sgd",
    "fixed77",
  ]);
});

test("maximized, the best is the largest", () => {
  const { document } = page({ directions: ["maximize"], objectiveNames: ["accuracy"] });
  expect(tilesOf(document)[0]).toBe("Best accuracy16.5trial 0");
  const head = [...document.querySelectorAll("#trials tbody tr th")].map(words);
  expect(head).toEqual(["0", "1", "7", "2", "6", "4", "3", "5"]);
});

test("the history tells each trial, and marks those without a value", () => {
  const { document } = page();
  const wide = document.querySelector("#history .wide svg")!;
  expect(wide.getAttribute("aria-label")).toBe(
    "Best value so far: 0.5 since trial 4, 16.5 at first",
  );
  const titles = [...wide.querySelectorAll("title")].map(words);
  expect(titles).toContain("trial 6: 4.5 rate 0.01 layers 3 optimizer sgd momentum 0.6 fixed 7");
  expect(titles).toContain(`trial 3 pruned: ${hostile}`);
  expect(titles).toContain("trial 5 failed: no memory");
});

test("every parameter with more than one value has a slice", () => {
  const { document } = page();
  const heads = [...document.querySelectorAll("#slices h3")].map(words);
  expect(heads).toEqual(["rate", "layers", "optimizer", "momentum"]);
  expect(words(document.querySelector("#slices"))).toContain("Applies to 4 of 6 complete trials.");
  expect(words(document.querySelector("#slices > p:last-of-type"))).toBe(
    "With one value only: fixed.",
  );
});

test.each([
  ["no trial", []],
  ["a failed one", trials.slice(5, 6)],
  ["a pruned one", trials.slice(3, 4)],
])("%s: the page says that nothing is best", (_, some) => {
  const { text, document } = page({ trials: some });
  expect(words(document.querySelector(".note"))).toBe(
    "No trial is complete yet, so that nothing is best.",
  );
  expect(text).not.toMatch(/NaN|undefined|Infinity/);
});

test("one complete trial, and values that are not finite", () => {
  const one = page({ trials: trials.slice(4, 5) });
  expect(one.text).not.toMatch(/NaN|undefined|Infinity/);
  expect(sectionsOf(one.document)).toContain("slices");
  const { document, text } = page({
    trials: [...trials, { ...trials[0]!, number: 8, values: [Number.NaN] }],
  });
  expect(tilesOf(document).slice(0, 4)).toContain("Failed2threw, or gave no finite number");
  expect(text).not.toMatch(/="[^"]*NaN/);
});

test("names that don't go with the directions are refused", () => {
  expect(() => page({ objectiveNames: ["a", "b"] })).toThrow(
    "There are 2 objectiveNames for 1 directions.",
  );
});

/** A hundred trials of two objectives: `x` decides, `idle` doesn't. */
const two = space({ x: float({ min: 0, max: 1 }), idle: choice(["a", "b"]) });
const hundred = Array.from({ length: 100 }, (_, number): FinishedTrial => {
  const x = ((number * 37) % 100) / 100;
  const params = { x, idle: number % 2 === 0 ? "a" : "b" };
  return { number, params, state: "complete", values: [x, 1 - x + (number % 2)], reports: [] };
});

test("the front of two objectives, and what matters for each", () => {
  const { document } = page({
    space: two,
    trials: hundred,
    directions: ["minimize", "minimize"],
    objectiveNames: ["time", "error"],
  });
  expect(sectionsOf(document)).toEqual([
    "overview",
    "front",
    "history",
    "importance",
    "parallel",
    "slices",
    "contour",
    "trials",
  ]);
  expect(tilesOf(document)[0]).toMatch(/^On the front50/);
  const [time] = [...document.querySelectorAll("#importance .wide svg")];
  expect(time?.getAttribute("aria-label")).toMatch(
    /^What matters for time: x (100|9\d) %, idle \d %$/,
  );
  expect([...document.querySelectorAll("#slices h3")].map(words)).toEqual([
    "x",
    "idle",
    "x",
    "idle",
  ]);
});

test("of few complete trials what matters is told at the step that all came to", () => {
  const early: readonly FinishedTrial[] = Array.from({ length: 24 }, (_, number) => ({
    ...{ number, params: { rate: 10 ** -(1 + (number % 4)), layers: 1 + (number % 3) } },
    ...(number === 3 ? { state: "complete", values: [0] } : { state: "pruned", values: [] }),
    reports: [{ step: 2, value: number % 4 === 3 ? 1 : 2 }],
  }));
  const space = {
    parameters: { rate: searched.parameters.rate, layers: searched.parameters.layers },
  };
  expect(sectionsOf(page({ space, trials: early }).document)).not.toContain("importance");
  const { document } = page({ space, trials: early, comparedAt: 2 });
  expect(words(document.getElementById("importance"))).toContain(
    "Few trials came to their end: this is told by the values of 24 at step 2.",
  );
  expect(sectionsOf(document)).not.toContain("contour");
});

test("a trial that was gone on with has several stretches of time", () => {
  const times = [
    { number: 0, start: 0, end: 3 },
    { number: 1, start: 3, end: 5 },
    { number: 0, start: 6, end: 10 },
  ];
  const { document } = page({ times });
  expect(tilesOf(document).find((tile) => tile.startsWith("Time"))).toContain("9.0 s");
  expect(document.querySelector('#timeline [aria-label^="When 2 trials ran"]')).not.toBeNull();
});

test("a pruned curve ends at its cross", () => {
  const { document } = page();
  const titles = [...document.querySelectorAll("#curves .wide title")].map(words);
  expect(titles).toContain(`trial 3 pruned at step 2: ${hostile}`);
});

test("trials that overlap lie in different rows", () => {
  const times = [
    { number: 0, start: 0, end: 10 },
    { number: 1, start: 5, end: 20 },
    { number: 2, start: 12, end: 18 },
  ];
  const rows = (document: Page) => {
    const labels = document.querySelectorAll(
      '#timeline .wide [aria-label="y-axis tick label"] text',
    );
    return [...labels].map(words);
  };
  const { document } = page({ times });
  expect(rows(document)).toEqual(["1", "2"]);
  expect(words(document.querySelector("#timeline figcaption"))).toMatch(
    /^20 s from the first start/,
  );
  const named = page({
    times: times.map((time) => ({ ...time, worker: `host ${time.number % 2}` })),
  });
  expect(rows(named.document)).toEqual(["host 0", "host 1"]);
});

test("five thousand trials are thinned, and the page says so", () => {
  const many = Array.from({ length: 5000 }, (_, number) => ({
    ...trials[number % 8]!,
    number,
    params: { ...trials[number % 8]!.params, rate: 10 ** (-5 + (number % 400) / 100) },
  }));
  const { text, document } = page({ trials: many });
  expect(text.length).toBeLessThan(2e6);
  expect(words(document.querySelector("#history figcaption"))).toContain(
    "of 3,750 complete trials are drawn",
  );
  expect(words(document.querySelector("#trials p"))).toContain("The first 300 of 5,000.");
});

test("a journal is read and seen", async () => {
  const folder = await mkdtemp(join(tmpdir(), "graft-page-"));
  try {
    const path = join(folder, "search.jsonl");
    const options = {
      space: searched,
      sampler: random(),
      directions: ["maximize"],
      seed: 1,
    } as const;
    const objective = ({ layers }: { layers: number }) => layers;
    for await (const _ of search({
      ...options,
      objective,
      trials: 12,
      journal: fileJournal(path),
    })) {
      // Only what is kept counts.
    }
    const { document } = parseHTML(searchPage({ title: "kept", ...(await readJournal(path)) }));
    expect(words(document.querySelector(".lead"))).toBe(
      "12 trials to maximize value, by random, seed 1, window 16.",
    );
    expect(tilesOf(document)[0]).toMatch(/^Best value3trial 11/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
