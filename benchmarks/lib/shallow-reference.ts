import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Matrix } from "@graft-ml/domain-adapt";
import { peerEnvironment } from "./peer-environment.js";
import type { Pair } from "./shallow-methods.js";

export type Told = { readonly numbers: Float64Array; readonly classes: readonly number[] };

/** The reference implementation in a process of its own. */
export type Reference = {
  tell(pair: Pair, ask: Readonly<Record<string, unknown>>): Promise<Told>;
  stop(): Promise<void>;
};

export async function startReference(): Promise<Reference> {
  const folder = await mkdtemp(join(tmpdir(), "graft-adaptation-"));
  const script = fileURLToPath(new URL("../peers/adaptation-shallow.py", import.meta.url));
  const child = spawn("/usr/bin/python3", [script], {
    stdio: ["pipe", "pipe", "inherit"],
    env: peerEnvironment(),
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const [source, target, out] = ["source", "target", "out"].map((name) => join(folder, name));
  return {
    async tell(pair, ask) {
      await writeFile(source!, bytesOf(pair.source));
      await writeFile(target!, bytesOf(pair.target));
      const shape = [pair.source.rows, pair.target.rows, pair.source.columns];
      const labels = [...pair.labels];
      child.stdin.write(`${JSON.stringify({ ...ask, source, target, out, shape, labels })}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`The reference ended at ${JSON.stringify(ask)}.`);
      const { buffer, byteOffset, byteLength } = await readFile(out!);
      const { classes } = JSON.parse(value) as { classes: number[] };
      return {
        numbers: new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength)),
        classes,
      };
    },
    async stop() {
      child.stdin.end();
      await rm(folder, { recursive: true });
    },
  };
}

const bytesOf = ({ data }: Matrix): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
