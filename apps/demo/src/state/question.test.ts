import { expect, it } from "vitest";
import { ask, question } from "./question.js";

it.each([true, false])("waits for the answer %s, and asks no more", async (yes) => {
  const answer = ask("Remove it?", "Remove");
  expect(question.value).toMatchObject({ text: "Remove it?", yes: "Remove" });
  question.value!.answer(yes);
  expect(await answer).toBe(yes);
  expect(question.value).toBeUndefined();
});
