import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Whether there is a Redis to start; Debian's package is redis-server. */
export const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;

/** A Redis of one's own, which keeps what it is told in a file. */
export type RedisServer = {
  /** The path of its socket. */
  readonly address: string;
  /** Ends it at once, as a lost machine would. */
  kill(): Promise<void>;
  /** Again, with what it has kept. */
  start(): Promise<void>;
  /** Ends it, and takes away its folder. */
  remove(): Promise<void>;
};

/** Starts a Redis on a socket in a folder of its own. */
export async function startRedis(): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), "graft-redis-"));
  const address = join(folder, "redis.sock");
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const given = ["--port", "0", "--unixsocket", address, "--dir", folder, "--save", ""];
    child = spawn("redis-server", [...given, "--appendonly", "yes"], { stdio: "ignore" });
    await reachable(address);
  };
  const kill = async (): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child!.on("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  };
  await start();
  return {
    address,
    kill,
    start,
    async remove() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function reachable(address: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(address);
      socket.on("connect", () => socket.end(() => resolve(true)));
      socket.on("error", () => resolve(false));
    });
    if (isThere) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`No redis-server at ${address}.`);
}
