import type { Kind } from "../studio.js";
import type { Medium } from "./medium.js";
import { pictures } from "./pictures.js";
import { texts } from "./texts.js";

/** What is held of a sample is its medium's own; a sample never meets another's. */
export type Held = { readonly name: string };

export const mediums = { pictures, texts } as unknown as Readonly<Record<Kind, Medium<Held>>>;
