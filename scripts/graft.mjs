// `npm run --silent graft -- ARGS`: the command, started where the user stands.
import { existsSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";

const bin = fileURLToPath(new URL("../apps/cli/dist/bin.js", import.meta.url));
if (!existsSync(bin)) await import("./setup.mjs");
if (process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
await import(pathToFileURL(bin).href);
