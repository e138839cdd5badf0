import fc from "fast-check";
import { expect, test } from "vitest";
import {
  readAnswer,
  readJob,
  readOutcome,
  readProgress,
  writeOutcome,
  writeProgress,
} from "./messages.js";

/** As Redis has it. */
const kept = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test("reports and results come back as they were, whatever their numbers are", () => {
  const report = fc.record({ step: fc.double(), value: fc.double() });
  fc.assert(
    fc.property(fc.array(report), fc.array(fc.double()), (reports, result) => {
      // JSON has one zero.
      const plain = (value: unknown) =>
        JSON.parse(
          JSON.stringify(value, (_, x) => (Object.is(x, -0) ? 0 : Number.isNaN(x) ? "NaN" : x)),
        );
      expect(plain(readProgress(kept(writeProgress(reports))))).toEqual(plain(reports));
      const read = readOutcome(kept(writeOutcome({ type: "done", result })));
      expect(plain(read)).toEqual(plain({ type: "done", result }));
    }),
  );
  expect(readOutcome(kept(writeOutcome({ type: "done", result: Number.NaN })))).toEqual({
    type: "done",
    result: Number.NaN,
  });
  expect(readProgress(0)).toEqual([]);
});

test("what others wrote is told from it, and harms nothing", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const outcome = readOutcome(value);
      expect(["done", "failed", "lost"]).toContain(outcome.type);
      for (const read of [readJob, readProgress, (x: unknown) => readAnswer(JSON.stringify(x))]) {
        try {
          read(value);
        } catch (error) {
          expect((error as Error).message).toMatch(/^The queue holds /);
        }
      }
    }),
  );
  expect(() => readAnswer("{")).toThrow('The queue holds "{" as an answer of a trial');
  expect(() => readJob({ form: 1 })).toThrow('The queue holds {"form":1} as a job of a trial');
  expect(readOutcome({ type: "done", result: "one" })).toMatchObject({ type: "lost" });
});
