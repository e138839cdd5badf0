import type { Markup } from "./html.js";

/** A part of the page. */
export type Section = { readonly id: string; readonly title: string; readonly body: Markup };
