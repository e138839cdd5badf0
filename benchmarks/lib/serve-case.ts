import { createInterface } from "node:readline";

/** The child's side of `startPeer`: times `once` as often as it is asked to, until its input ends. */
export async function serveCase(once: () => Promise<unknown>): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const times = Number(line.split(" ")[1]);
    const ms: number[] = [];
    for (let i = 0; i < times; i++) {
      const start = performance.now();
      await once();
      ms.push(performance.now() - start);
    }
    const peakMB = Math.round(process.resourceUsage().maxRSS / 1024);
    process.stdout.write(`${JSON.stringify({ ms, peakMB })}\n`);
  }
}
