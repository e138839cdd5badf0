import { expect, test } from "vitest";
import { startThread } from "./start-thread.js";

/** A thread that runs this script instead of the worker. */
const thread = (script: string) =>
  startThread("native", new URL(`data:text/javascript,${encodeURIComponent(script)}`));

const imports = 'import { parentPort } from "node:worker_threads";';

test("answers find their calls, whatever their order", async () => {
  const transport = thread(`${imports}
    const held = [];
    parentPort.on("message", (m) => {
      if (m.call === "end") return parentPort.close();
      held.push(m);
      if (held.length === 2)
        for (const { id, request } of held.reverse())
          parentPort.postMessage({ id, ok: true, value: { version: request.threads } });
    });`);
  const answers = [1, 2].map((threads) => transport.call("hello", { threads }));
  expect(await Promise.all(answers)).toEqual([{ version: 1 }, { version: 2 }]);
  await transport.close();
});

test("a failure over there is a rejection here, with its code and cause", async () => {
  const transport = thread(`${imports}
    parentPort.on("message", (m) => {
      if (m.call === "end") return parentPort.close();
      const failure = { code: "engine-failed", message: "It broke.", details: { a: 1 }, stack: "over there" };
      parentPort.postMessage({ id: m.id, ok: false, failure });
    });`);
  await expect(transport.call("hello", { threads: 1 })).rejects.toMatchObject({
    code: "engine-failed",
    message: "It broke.",
    details: { a: 1 },
    cause: { stack: "over there" },
  });
  await transport.close();
});

test("a thread that dies rejects what waits and whatever comes after", async () => {
  const transport = thread(`${imports}
    parentPort.on("message", () => { throw new TypeError("out of the blue"); });`);
  const waiting = [1, 2].map((threads) => transport.call("hello", { threads }));
  for (const call of waiting)
    await expect(call).rejects.toMatchObject({
      code: "engine-failed",
      message: expect.stringMatching(/stopped: out of the blue/),
      cause: { name: "TypeError" },
    });
  await expect(transport.call("hello", { threads: 3 })).rejects.toMatchObject({
    code: "engine-failed",
  });
  await transport.close();
});

test("a thread that leaves without a word is an error too", async () => {
  const transport = thread(`${imports} parentPort.on("message", () => process.exit(3));`);
  await expect(transport.call("hello", { threads: 1 })).rejects.toThrow(/thread ended with code 3/);
});
