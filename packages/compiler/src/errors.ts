const brand = Symbol.for("graft.error");

/** Every code this package throws on purpose. */
export type CompileErrorCode =
  | "attribute-unsupported"
  | "graph-invalid"
  | "graph-mismatch"
  | "input-invalid"
  | "kernel-unknown"
  | "output-invalid"
  | "trace-async"
  | "trace-nested"
  | "value-unknown";

/** Shaped like the project's other errors, and told apart by the same brand. */
export class CompileError extends Error {
  override readonly name = "CompileError";
  readonly [brand] = true;
  readonly code: CompileErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: CompileErrorCode,
    message: string,
    options: { details?: Readonly<Record<string, unknown>>; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}
