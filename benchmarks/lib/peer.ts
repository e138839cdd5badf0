import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A process that runs one case on request: `run N` on its input, one JSON line of N times on its output. */
export type Peer = {
  run(times: number): Promise<readonly number[]>;
  /** Largest resident memory so far, in MiB. */
  peakMegabytes(): number;
  stop(): Promise<void>;
};

type Reply = { ms: number[]; peakMB: number };

export function startPeer(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Peer {
  const child = spawn(command, args, {
    stdio: ["pipe", "pipe", "inherit"],
    env,
  });
  const replies = replyQueue(child);
  let peak = 0;
  return {
    async run(times) {
      child.stdin?.write(`run ${times}\n`);
      const reply = await replies();
      peak = Math.max(peak, reply.peakMB);
      return reply.ms;
    },
    peakMegabytes: () => peak,
    stop: () =>
      new Promise((resolve) => {
        child.once("exit", () => resolve());
        child.stdin?.end();
      }),
  };
}

function replyQueue(child: ChildProcess): () => Promise<Reply> {
  const waiting: { resolve: (reply: Reply) => void; reject: (error: Error) => void }[] = [];
  let exited: Error | undefined;
  if (child.stdout) {
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith("{")) waiting.shift()?.resolve(JSON.parse(line) as Reply);
    });
  }
  child.once("exit", (code) => {
    exited = new Error(`${child.spawnargs.join(" ")} ended with exit code ${code}.`);
    for (const { reject } of waiting.splice(0)) reject(exited);
  });
  return () =>
    new Promise((resolve, reject) => {
      if (exited) reject(exited);
      else waiting.push({ resolve, reject });
    });
}
