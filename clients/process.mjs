import { spawn } from "node:child_process";
import { join } from "node:path";

/** A child's standard output; its standard error is shown. */
export function output(command, args, input = "") {
  return new Promise((done, reject) => {
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
    });
    child.on("close", (code) =>
      code === 0
        ? done(text)
        : reject(new Error(`${command} ${args.join(" ")} ended with ${code}`)),
    );
    child.stdin.end(input);
  });
}

const command = join(import.meta.dirname, "../apps/cli/dist/bin.js");

/** The events of the command, which has to be built. */
export async function graft(args, input) {
  const text = await output(process.execPath, [command, ...args, "--json"], input);
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** What a script of this folder answers, each in a process of its own: clients bring other versions of ONNX Runtime. */
export const answerOf = async (script, asked) =>
  JSON.parse(
    await output(process.execPath, [join(import.meta.dirname, script)], JSON.stringify(asked)),
  );
