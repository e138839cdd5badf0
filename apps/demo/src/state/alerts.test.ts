import { beforeEach, expect, it } from "vitest";
import { alerts, attempt, closeAlert, closeAlerts, tell } from "./alerts.js";

const messages = () => alerts.value.map(({ message }) => message);

beforeEach(closeAlerts);

it("tells a message once, until it is closed", () => {
  tell(new Error("The camera is off."));
  tell(new Error("The camera is off."));
  tell("The disk is full.");
  expect(messages()).toEqual(["The camera is off.", "The disk is full."]);
  closeAlert(alerts.value[0]!.key);
  expect(messages()).toEqual(["The disk is full."]);
});

it("gives what was attempted, or tells why not", async () => {
  expect(await attempt(async () => 7)).toBe(7);
  expect(messages()).toEqual([]);
  const failing = async (): Promise<number> => {
    throw new Error("No weights were found.");
  };
  expect(await attempt(failing)).toBeUndefined();
  expect(messages()).toEqual(["No weights were found."]);
});
