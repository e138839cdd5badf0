import { memorySource, openZip } from "@graft-ml/core";
import { makeZip } from "@graft-ml/core/testing";
import { reshapeZip } from "../lib/reshape-zip.js";
import type { Target } from "../lib/target.js";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const parts = [
  { name: "folder/stored", data: text("stored") },
  { name: "deflated", data: text("deflated ".repeat(50)), deflate: true },
  { name: "empty", data: text(""), deflate: true },
];

export const zip: Target = {
  name: "zip",
  seeds: [
    makeZip(parts),
    makeZip(parts, { zip64: true }),
    makeZip(parts, { comment: "PK\u0005\u0006", padding: 9 }),
    makeZip([]),
  ],
  words: [
    ...["PK\u0001\u0002", "PK\u0003\u0004", "PK\u0005\u0006", "PK\u0006\u0006", "PK\u0006\u0007"],
    ...["../", "/", "\\", "C:", "\u0001\u0000\u0018\u0000", "\u0008\u0000"],
    new Uint8Array(4).fill(255),
    new Uint8Array(8).fill(255),
  ],
  async run(bytes, call) {
    const archive = await call(() => openZip(memorySource(bytes)));
    for (const name of archive.entries.keys()) {
      await call(() => archive.range(name));
      await call(() => archive.read(name));
    }
  },
  reshape: reshapeZip,
};
