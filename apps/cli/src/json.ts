import type { Json } from "@graft-ml/core";
import { z } from "zod";

/** Anything that a JSON file can hold. */
export const json: z.ZodType<Json> = z.json();

/** A JSON file whose top level is an object, such as a config.json. */
export const jsonObject: z.ZodType<{ readonly [key: string]: Json }> = z.record(
  z.string(),
  z.json(),
);
