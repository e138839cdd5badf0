import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { createProgress, duration } from "./progress.js";

test("durations are said in the two largest units", () => {
  expect([4.4, 59.6, 200, 7500].map(duration)).toEqual([
    "4 s",
    "1 min 0 s",
    "3 min 20 s",
    "2 h 5 min",
  ]);
});

test("a silent bar writes nothing, but lets others write", () => {
  const stream = new PassThrough();
  const bar = createProgress(stream, { silent: true });
  bar.show({ label: "train", done: 1, total: 2 });
  let written = 0;
  bar.above(() => written++);
  bar.stop();
  expect([stream.read(), written]).toEqual([null, 1]);
});
