import { expect, it } from "vitest";
import { announce, announcement } from "./announcements.js";

it("makes the same sentence news again", () => {
  announce("Copied.");
  const first = announcement.value;
  announce("Copied.");
  expect(announcement.value).not.toBe(first);
  expect(announcement.value.trim()).toBe("Copied.");
});
