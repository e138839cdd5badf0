import { Command, Option } from "@commander-js/extra-typings";
import { wholeNumber } from "./numbers.js";
import type { View } from "./terminal/render.js";

export const devices = [
  "auto",
  "cuda",
  "webgpu",
  "native",
  "wasm",
  "tfjs-node-gpu",
  "tfjs-node",
  "cpu",
] as const;
type DeviceName = (typeof devices)[number];

/** The flags that every command takes. */
export type CommonOptions = {
  json?: true | undefined;
  quiet?: true | undefined;
  debug?: true | undefined;
  strict?: true | undefined;
  seed?: number | undefined;
  device: DeviceName;
};

/** What a command is handed besides its own arguments. */
export type Context = {
  /** Aborted by Ctrl-C: finish the step in flight, save, throw `aborted`. */
  readonly signal: AbortSignal;
  readonly stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean | undefined };
};

/** Runs a command's work and shows its events; given to each command by `main`. */
export type Launch = <E extends { readonly type: string }>(
  options: CommonOptions,
  work: (context: Context) => AsyncIterable<E>,
  view: View<E>,
) => Promise<void>;

/** A command with the common flags and, under its help, examples. */
export function command(name: string, about: { summary: string; examples: readonly string[] }) {
  const examples = about.examples.map((line) => `  ${line}`).join("\n");
  return new Command(name)
    .description(about.summary)
    .addHelpText("after", `\nExamples:\n${examples}`)
    .option("--json", "one JSON object a line on standard output, and nothing else there")
    .option("--quiet", "no progress bar, only the last result")
    .option("--debug", "on a failure, show where it came from")
    .option("--strict", "a file that can't be read is an error (default: it is named and skipped)")
    .option("--seed <n>", "decides every random choice (default: 0)", wholeNumber(0))
    .addOption(
      new Option("--device <name>", "what to compute on")
        .choices(devices)
        .default("auto" as DeviceName),
    );
}
