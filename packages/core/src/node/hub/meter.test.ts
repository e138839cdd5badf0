import { expect, test } from "vitest";
import { createMeter } from "./meter.js";

test("progress is told ten times a second at most, with the time that is left", () => {
  let time = 0;
  const meter = createMeter({ file: "f", bytes: 1000 }, 400, () => time);
  time = 50;
  expect(meter.add(100)).toBeUndefined();
  time = 1000;
  expect(meter.add(100)).toEqual({
    type: "download-progress",
    file: "f",
    bytes: 600,
    total: 1000,
    secondsLeft: 2,
  });
  time = 1090;
  expect(meter.add(50)).toBeUndefined();
  meter.reset();
  expect([meter.bytes(), meter.seconds()]).toEqual([0, 1.09]);
});
