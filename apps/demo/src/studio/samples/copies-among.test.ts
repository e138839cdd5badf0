import { expect, test } from "vitest";
import { copiesAmong } from "./copies-among.js";
import { texts } from "./texts.js";

test("copies are told with whether they are quite the same, and under several classes", async () => {
  const held = [
    "Good, really!",
    "good really",
    "Bad",
    "So this is a long text that says a lot",
    "So this is a long text that says a lot too",
  ].map((text, at) => ({ name: `t:${at}`, text }));
  const samples = held.map(({ name }, id) => ({ id, name, label: id % 2 }));
  const copies = await copiesAmong(samples, { medium: texts as never, held });
  expect(
    copies.map(({ samples: same, exact, acrossClasses, acrossParts }) => [
      same.map(({ id }) => id),
      { exact, acrossClasses, acrossParts },
    ]),
  ).toEqual([
    [[0, 1], { exact: true, acrossClasses: true, acrossParts: false }],
    [[3, 4], { exact: false, acrossClasses: true, acrossParts: false }],
  ]);
});
