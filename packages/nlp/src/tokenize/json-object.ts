export type JsonObject = Readonly<Record<string, unknown>>;

/** The value if it is an object, else an empty one: settings that are not there. */
export const asObject = (value: unknown): JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
