import { spawn } from "node:child_process";
import { expect, test } from "vitest";

const built = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);

const preamble = `
  import { createNativeEngine } from ${built("../../dist/node.js")};
  import * as tf from "@tensorflow/tfjs-core";
  const program = { key: "p", config: null, run: ({ params, batch }) => ({
    loss: tf.mean(tf.mul(params.w, batch.x)), outputs: { y: tf.mul(params.w, batch.x) } }) };
  const weights = { w: { dtype: "float32", shape: [4], data: new Float32Array(4).fill(2) } };
  const batch = { x: { dtype: "float32", shape: [1, 4], data: new Float32Array(4).fill(3) } };
  const engine = await createNativeEngine({ threads: 2 });
  const session = await engine.open({ weights });
  const { outputs } = await session.run(program, batch);
  console.log(outputs.y.data.join());
`;

/** Runs a script in a Node of its own, on what was built: there is no TypeScript, and no test runner. */
function runNode(script: string): Promise<{ code: number | null; output: string; errors: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--input-type=module", "--eval", preamble + script], {
      cwd: new URL("../..", import.meta.url),
      timeout: 20_000,
    });
    const said = { output: "", errors: "" };
    child.stdout.on("data", (text) => (said.output += text));
    child.stderr.on("data", (text) => (said.errors += text));
    child.on("close", (code) => resolve({ code, ...said }));
  });
}

test.each([
  ["an engine that is never closed lets the process end", "", 0],
  ["a closed engine does too", "await engine.close();", 0],
  ["leaving at once with the engine idle is clean", "process.exit(7);", 7],
  ["a call that nobody awaits is finished first", "session.run(program, batch);", 0],
])("%s", async (_, script, code) => {
  expect(await runNode(script)).toEqual({ code, output: "6,6,6,6\n", errors: "" });
});
