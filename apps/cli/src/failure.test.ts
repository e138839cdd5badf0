import { CommanderError } from "@commander-js/extra-typings";
import { GraftError } from "@graft-ml/core";
import { expect, test } from "vitest";
import { failureOf } from "./failure.js";

const brief = { debug: false };

test("a failure is one line and exit code 1", () => {
  const error = new GraftError("dataset-empty", "The folder x\nholds no pictures.");
  expect(failureOf(error, brief)).toEqual({
    exitCode: 1,
    message: "error: The folder x holds no pictures.",
  });
  expect(failureOf("odd", brief)).toEqual({ exitCode: 1, message: "error: odd" });
});

test("wrong usage is 2, help is 0, no command at all is 2", () => {
  expect(failureOf(new GraftError("usage", "No data."), brief).exitCode).toBe(2);
  const unknown = new CommanderError(1, "commander.unknownOption", "error: unknown option '--x'");
  expect(failureOf(unknown, brief)).toEqual({
    exitCode: 2,
    message: "error: unknown option '--x'",
  });
  expect(failureOf(new CommanderError(0, "commander.helpDisplayed", ""), brief)).toEqual({
    exitCode: 0,
  });
  expect(failureOf(new CommanderError(1, "commander.help", ""), brief)).toEqual({ exitCode: 2 });
});

test("an interruption is 130 and no error", () => {
  expect(failureOf(new GraftError("aborted", "Stopped at step 3."), brief)).toEqual({
    exitCode: 130,
    message: "Stopped at step 3.",
  });
});

test("--debug shows the stack and the causes", () => {
  const error = new GraftError("run-invalid", "Bad run.", { cause: new Error("deeper") });
  const { message } = failureOf(error, { debug: true });
  expect(message).toContain("failure.test.ts");
  expect(message).toContain("caused by: Error: deeper");
});
