import { expect, test } from "vitest";
import { createQueue } from "./queue.js";

test("calls run one after the other, failed ones too, and close waits for all", async () => {
  const queue = createQueue("session");
  const order: string[] = [];
  const work = (name: string, fails = false) =>
    queue.push(async () => {
      order.push(`${name} starts`);
      await new Promise((done) => setTimeout(done, 2));
      order.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    });
  const calls = Promise.allSettled([work("a"), work("b", true), work("c")]);
  const free = () => void order.push("free");
  await Promise.all([queue.close(free), queue.close(free)]);
  expect(order).toEqual(["a starts", "a ends", "b starts", "b ends", "c starts", "c ends", "free"]);
  expect((await calls).map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  await expect(work("d")).rejects.toThrow("This session is closed. Open a new one.");
  expect(() => queue.checkOpen()).toThrow("This session is closed.");
});
