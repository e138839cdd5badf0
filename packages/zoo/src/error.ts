const brand = Symbol.for("graft.error");

/** An error that `isGraftError` of `@graft-ml/core` recognises, made without depending on core. */
export function zooError(
  code: "source-not-found" | "weights-corrupt",
  message: string,
  options: { details: Readonly<Record<string, unknown>>; cause?: unknown },
): Error {
  const { details, cause } = options;
  return Object.assign(new Error(message, { cause }), {
    name: "GraftError",
    [brand]: true,
    code,
    details,
  });
}
