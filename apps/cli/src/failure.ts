import { CommanderError } from "@commander-js/extra-typings";
import { isGraftError } from "@graft-ml/core";

export type Failure = {
  /** 0 done, 1 a failure, 2 wrong usage, 130 interrupted. */
  readonly exitCode: number;
  /** What to write on standard error, if anything. */
  readonly message?: string;
};

/** What an error means to whoever called the command: an exit code and one line. */
export function failureOf(error: unknown, { debug }: { debug: boolean }): Failure {
  if (error instanceof CommanderError) return usageFailure(error);
  const exitCode = isGraftError(error, "aborted") ? 130 : isGraftError(error, "usage") ? 2 : 1;
  if (debug && error instanceof Error) {
    return { exitCode, message: `error: ${error.stack ?? error.message}${causes(error)}` };
  }
  const text = error instanceof Error ? error.message : String(error);
  const line = oneLine(text) || "an error without a message; run again with --debug";
  return { exitCode, message: exitCode === 130 ? line : `error: ${line}` };
}

function usageFailure(error: CommanderError): Failure {
  const shown = ["commander.help", "commander.helpDisplayed", "commander.version"];
  if (shown.includes(error.code)) return { exitCode: error.code === "commander.help" ? 2 : 0 };
  return { exitCode: 2, message: `error: ${oneLine(error.message.replace(/^error: /, ""))}` };
}

const oneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, " ");

function causes(error: Error): string {
  return error.cause instanceof Error
    ? `\ncaused by: ${error.cause.stack ?? error.cause.message}${causes(error.cause)}`
    : "";
}
