#!/usr/bin/env node
import { enableProdMode } from "@tensorflow/tfjs-core";
import { onInterrupt } from "./interrupt.js";
import { main } from "./main.js";

// Keeps tfjs from advertising its native binding on standard error; `graft doctor` says what is there.
enableProdMode();

// A reader that has seen enough (`graft predict ... | head -1`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

const { signal, stop } = onInterrupt(process, (line) => process.stderr.write(`${line}\n`));
const { stdin, stdout, stderr } = process;
process.exitCode = await main(process.argv.slice(2), { stdin, stdout, stderr, signal });
stop();
