import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const command = fileURLToPath(new URL("../../cli/dist/bin.js", import.meta.url));

/** Runs the command, as it was built; gives what it tells. */
export async function graft(
  ...args: string[]
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [command, ...args, "--json"], {
    maxBuffer: 2 ** 28,
  });
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
