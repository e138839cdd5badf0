import { expect, it } from "vitest";
import { roomOf } from "./room.js";

it("finds the room of an address", () => {
  expect(roomOf("#train")).toBe("train");
  expect(roomOf("")).toBeUndefined();
  expect(roomOf("#content")).toBeUndefined();
});
