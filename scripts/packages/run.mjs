import { spawnSync } from "node:child_process";

/** Runs a program to its end; its two outputs come back as one text. */
export function run(program, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === "win32",
    ...options,
  });
  if (error) throw error;
  return { status, output: `${stdout}${stderr}`.trim(), stdout, stderr };
}

/** The same, for a step that nothing can go on without. */
export function must(program, args, options = {}) {
  const result = run(program, args, options);
  if (result.status === 0) return result;
  throw new Error(`${program} ${args.join(" ")} ended with ${result.status}\n${result.output}`);
}
