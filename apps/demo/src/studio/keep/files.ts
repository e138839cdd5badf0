import type { KeptFile } from "../studio.js";

export const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

export const textFile = (path: string, text: string): KeptFile => ({
  path,
  bytes: new TextEncoder().encode(text),
});
