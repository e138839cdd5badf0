const brand = Symbol.for("graft.error");

/** Every code this package throws on purpose. */
export type SearchErrorCode =
  | "aborted"
  | "config-invalid"
  | "journal-corrupt"
  | "search-mismatch"
  | "space-invalid"
  | "trial-failed"
  | "trial-pruned"
  | "worker-lost";

/** Shaped like the project's other errors, and told apart by the same brand. */
export class SearchError extends Error {
  override readonly name = "GraftError";
  readonly [brand] = true;
  readonly code: SearchErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: SearchErrorCode,
    message: string,
    options: { details?: Readonly<Record<string, unknown>>; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}
