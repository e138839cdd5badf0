const brand = Symbol.for("graft.error");

/** Every code this project throws on purpose: the contract; the message is for people. */
export type ErrorCode =
  | "aborted"
  | "access-denied"
  | "architecture-unknown"
  | "batch-invalid"
  | "checkpoint-corrupt"
  | "config-invalid"
  | "dataset-empty"
  | "dataset-invalid"
  | "device-unavailable"
  | "disk-write-failed"
  | "download-failed"
  | "engine-closed"
  | "engine-failed"
  | "export-differs"
  | "loss-not-finite"
  | "picture-unreadable"
  | "program-invalid"
  | "run-invalid"
  | "shape-mismatch"
  | "source-not-found"
  | "training-diverged"
  | "usage"
  | "weight-missing"
  | "weight-unexpected"
  | "weights-corrupt"
  | "weights-refused"
  | "weights-unclear";

/** The one error class of the project: the message names the thing, the value and the next move. */
export class GraftError extends Error {
  override readonly name = "GraftError";
  readonly [brand] = true;
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { details?: Readonly<Record<string, unknown>>; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** True for our errors, even those thrown by another copy of this package. */
export function isGraftError(error: unknown, code?: ErrorCode): error is GraftError {
  return (
    error instanceof Error &&
    brand in error &&
    (code === undefined || (error as GraftError).code === code)
  );
}
