import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import type { CommonOptions, Context, Launch } from "./command.js";
import { adaptCommand } from "./commands/adapt.js";
import { demoCommand } from "./commands/demo.js";
import { doctorCommand } from "./commands/doctor.js";
import { evalCommand } from "./commands/eval.js";
import { exportCommand } from "./commands/export.js";
import { extractCommand } from "./commands/extract.js";
import { lrFindCommand } from "./commands/lr-find.js";
import { modelsCommand } from "./commands/models.js";
import { predictCommand } from "./commands/predict.js";
import { reportCommand } from "./commands/report.js";
import { resumeCommand } from "./commands/resume.js";
import { trainCommand } from "./commands/train.js";
import { tuneCommand } from "./commands/tune.js";
import { workerCommand } from "./commands/worker.js";
import { failureOf } from "./failure.js";
import { version } from "./run/versions.js";
import { render } from "./terminal/render.js";

type Stream = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

export type Io = Context & { readonly stdout: Stream; readonly stderr: Stream };

/** Runs one command to its end and returns the exit code; writes nothing but through `io`. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    await program(io).parseAsync([...argv], { from: "user" });
    return 0;
  } catch (error) {
    const { exitCode, message } = failureOf(error, { debug: argv.includes("--debug") });
    if (message !== undefined) io.stderr.write(`${message}\n`);
    return exitCode;
  }
}

function program(io: Io): CommandUnknownOpts {
  const launch: Launch = (options, work, view) =>
    render(work(contextOf(options, io)), view, {
      json: options.json === true,
      quiet: options.quiet === true,
      stdout: io.stdout,
      stderr: io.stderr,
    });
  const graft = new Command("graft")
    .description(
      "Transfer learning from the terminal: train, evaluate and use picture classifiers.",
    )
    .version(version)
    .addHelpText("after", "\nStart here:\n  graft demo\n  graft train ./pictures\n  graft doctor");
  quieted(graft, io);
  for (const make of commands) graft.addCommand(quieted(make(launch), io));
  return graft;
}

const commands: readonly ((launch: Launch) => CommandUnknownOpts)[] = [
  trainCommand,
  lrFindCommand,
  tuneCommand,
  workerCommand,
  resumeCommand,
  evalCommand,
  predictCommand,
  adaptCommand,
  extractCommand,
  exportCommand,
  reportCommand,
  modelsCommand,
  doctorCommand,
  demoCommand,
];

const contextOf = (_options: CommonOptions, { signal, stdin }: Io): Context => ({ signal, stdin });

/** Errors come back as exceptions, so that `main` alone writes them and chooses the exit code. */
function quieted(command: CommandUnknownOpts, io: Io): CommandUnknownOpts {
  return command.exitOverride().configureOutput({
    writeOut: (text) => io.stdout.write(text),
    writeErr: (text) => io.stderr.write(text),
    outputError: () => {},
  });
}
