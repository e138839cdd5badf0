import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { onInterrupt } from "./interrupt.js";

test("the first interrupt aborts, the second says that saving goes on, and stop listens no more", () => {
  const source = new EventEmitter();
  const said: string[] = [];
  const { signal, stop } = onInterrupt(source, (line) => said.push(line));
  expect(signal.aborted).toBe(false);
  source.emit("SIGINT");
  expect(signal.aborted).toBe(true);
  source.emit("SIGINT");
  stop();
  source.emit("SIGINT");
  expect(said).toEqual([
    "Stopping after the step in flight, then saving.",
    "Still saving; this ends by itself in a moment.",
  ]);
});
