import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { reportPage } from "./page.js";
import { confusionSection } from "./sections/confusion.js";
import { hostile, prediction, reportData } from "./testing.js";

const page = async (change: Parameters<typeof reportData>[0] = {}) => {
  const text = await reportPage(reportData(change));
  return { text, document: parseHTML(text).document };
};
const words = (element: { textContent: string | null } | null | undefined): string =>
  (element?.textContent ?? "").replace(/\s+/g, " ").trim();

test("the page is one file that may run no script and load nothing", async () => {
  const { text, document } = await page();
  const policy = document.querySelector('meta[http-equiv="Content-Security-Policy"]');
  expect(policy?.getAttribute("content")).toContain("default-src 'none'");
  expect(policy?.getAttribute("content")).not.toContain("script");
  expect(
    document.querySelectorAll("script, link, iframe, object, [onload], [onerror]"),
  ).toHaveLength(0);
  const addresses = [...document.querySelectorAll("[src], [href]")].map(
    (one) => one.getAttribute("src") ?? one.getAttribute("href") ?? "",
  );
  expect(addresses.filter((one) => !/^(#|data:image\/webp)/.test(one))).toEqual([]);
  expect(text).not.toMatch(/url\((?!#)|@import/);
});

test("a name that means harm is text everywhere", async () => {
  const { text, document } = await page();
  expect(text).not.toContain("<script");
  const heads = [...document.querySelectorAll(".matrix tbody th")].map(words);
  expect(heads).toEqual(["cat", "dog", hostile]);
  expect(document.querySelector("img")?.getAttribute("alt")).toBe(
    `${hostile}.png: ${hostile}, taken for cat`,
  );
});

test("the figures of a run", async () => {
  const { document } = await page();
  const tiles = [...document.querySelectorAll(".tile")].map(words);
  expect(tiles[0]).toBe(
    "Accuracy50.0 %on 6 validation pictures; with others like them, 19 to 81 %",
  );
  expect(tiles[1]).toMatch(/^Macro F1/);
  const rows = [...document.querySelectorAll("#classes tbody tr")].map(words);
  // Precision 1 of 2, recall 1 of 3.
  expect(rows[0]).toMatch(/^cat40\.0 %50\.0 %33\.3 %3dog \(2\)/);
  expect(words(document.querySelector("#mistakes p"))).toMatch(/^3 pictures of 6 told wrong/);
  expect(words(document.querySelector("#time tbody tr"))).toBe("head4.0 s100.0 %800200");
  expect(words(document.querySelector("#usage pre"))).toBe(
    "graft predict '/runs/pets 1' PICTURE...",
  );
  expect(words(document.querySelector("#data"))).toContain(
    `${hostile}.png traincat/copy.png validationthe sameleak, label in doubt`,
  );
  expect(words(document.querySelector("#data"))).toContain(`${hostile}.jpgthe file is empty`);
});

test("what is worth knowing stands first", async () => {
  const { document } = await page();
  const found = [...document.querySelectorAll(".findings li")].map(words);
  expect(found).toEqual([
    "The validation loss was lowest (1.250) in epoch 1 of the head phase and rose to 1.500 by epoch 2: fewer epochs, more views or more pictures may do better.",
    "The most frequent mistake: cat taken for dog, 2 times.",
    "Its scores promise too much: on average they say 82.3 %, and 50.0 % are right.",
    `The classes are uneven: ${hostile} has 2 training pictures, cat 30.`,
    "1 picture found in more than one part, so that the scores are too good; the data names them.",
    "1 picture could not be read; the data names them.",
  ]);
});

test("charts say in words what they show, and follow the page's theme", async () => {
  const { document } = await page();
  const charts = [...document.querySelectorAll("#learning .wide svg")];
  expect(charts.map((svg) => svg.getAttribute("role"))).toEqual(["img", "img", "img"]);
  expect(charts.map((svg) => svg.getAttribute("aria-label"))).toEqual([
    "Loss by epoch, from 1.500 to 0.750 in training",
    "Validation accuracy by epoch, 50.0 % at the end",
    "Learning rate of the head phase by step, at most 0.003",
  ]);
  const titles = [...charts[0]!.querySelectorAll("title")].map(words);
  expect(titles).toContain("head, epoch 2: validation 1.5");
  const colors = [...document.querySelectorAll("[stroke], [fill]")].flatMap((one) =>
    [one.getAttribute("stroke"), one.getAttribute("fill")].filter((color) => color !== null),
  );
  expect(
    new Set(colors.filter((color) => !/^(none|currentColor|var\(--[\w-]+\))$/.test(color))),
  ).toEqual(new Set());
});

test("what a run does not hold is left out, and the page says why", async () => {
  const { document } = await page({
    isFinished: false,
    phases: [],
    times: [],
    scored: undefined,
    mistakes: [],
    check: undefined,
    plan: undefined,
    rates: undefined,
    notes: [`Gone: ${hostile}`],
  });
  expect([...document.querySelectorAll("main > section")].map(({ id }) => id)).toEqual([
    "overview",
    "options",
    "usage",
  ]);
  expect(words(document.querySelector(".note"))).toBe(`Gone: ${hostile}`);
  expect(words(document.querySelector("#usage pre"))).toBe("graft resume '/runs/pets 1'");
});

test("of very many classes the matrix shows those with the most mistakes", () => {
  const classes = Array.from({ length: 120 }, (_, i) => `class ${i}`);
  const { config } = reportData();
  const predictions = [
    ...classes.map((name) => prediction(name, name, 0.9)),
    prediction("class 119", "class 118", 0.9),
  ];
  const body = confusionSection(
    reportData({
      config: { ...config, classes },
      scored: { task: "image", on: "test", predictions },
    }),
  )!.body.markup;
  const { document } = parseHTML(`<html><body>${body}</body></html>`);
  const heads = [...document.querySelectorAll(".matrix tbody th")].map(words);
  expect(heads).toHaveLength(100);
  expect(heads.slice(-2)).toEqual(["class 118", "class 119"]);
  expect(body).toContain("Of 120 classes, the 100 with the most mistakes are shown.");
});
