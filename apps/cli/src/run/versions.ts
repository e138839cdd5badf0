import { createRequire } from "node:module";
import { z } from "zod";

const require = createRequire(import.meta.url);
const manifest = z.object({ version: z.string() });

/** Of this command. */
export const { version } = manifest.parse(require("../../package.json"));

/** What a run was made with: enough to make it again. */
export const versions = { graft: version, node: process.versions.node, format: 1 } as const;
