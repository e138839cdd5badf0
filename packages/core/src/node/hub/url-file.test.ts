import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isGraftError } from "../../errors.js";
import { hubSettings } from "./settings.js";
import { urlFile } from "./url-file.js";

let server: Server;
let [origin, folder, text, requests] = ["", "", "first", [] as string[]];
beforeEach(async () => {
  [text, requests] = ["first", []];
  folder = await mkdtemp(join(tmpdir(), "graft-url-"));
  server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    if (request.url === "/none") return void response.writeHead(404).end();
    response.setHeader("etag", `"${text}"`);
    response.setHeader("content-length", text.length);
    response.end(request.method === "HEAD" ? undefined : text);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await rm(folder, { recursive: true });
});

async function fetchUrl(path: string, options = {}): Promise<string> {
  const env = { TORCH_HOME: join(folder, "torch"), GRAFT_CACHE: join(folder, "graft") };
  const settings = await hubSettings({ attempts: 1, ...options }, env);
  const running = urlFile(`${origin}${path}`, settings);
  let step = await running.next();
  while (!step.done) step = await running.next();
  return step.value;
}

test("a file is fetched once, and again when it has changed", async () => {
  const path = await fetchUrl("/models/a.safetensors?download=1");
  expect(await readFile(path, "utf8")).toBe("first");
  await fetchUrl("/models/a.safetensors?download=1");
  expect(requests.filter((request) => request.startsWith("GET")).length).toBe(1);
  text = "other";
  expect(await readFile(await fetchUrl("/models/a.safetensors?download=1"), "utf8")).toBe("other");
  expect(await fetchUrl("/b.safetensors")).not.toBe(path);
});

test("what is there serves offline and when nobody answers", async () => {
  const path = await fetchUrl("/a.bin");
  expect(await fetchUrl("/a.bin", { offline: true })).toBe(path);
  await new Promise((done) => {
    server.close(done);
    server.closeAllConnections();
  });
  expect(await fetchUrl("/a.bin")).toBe(path);
  const error = await fetchUrl("/b.bin", { offline: true }).catch((caught: unknown) => caught);
  expect(isGraftError(error, "source-not-found")).toBe(true);
});

test("PyTorch's checkpoints lie where torch.hub has them, checked by their names", async () => {
  const start = createHash("sha256").update(text).digest("hex").slice(0, 8);
  const path = await fetchUrl(`/models/net-${start}.pth`);
  const checkpoints = join(folder, "torch", "hub", "checkpoints");
  expect(path).toBe(join(checkpoints, `net-${start}.pth`));
  expect(await readdir(checkpoints)).toEqual([`net-${start}.pth`]);
  const error = await fetchUrl("/models/net-01234567.pth").catch((caught: unknown) => caught);
  expect(isGraftError(error, "weights-corrupt")).toBe(true);
  requests.length = 0;
  await writeFile(join(checkpoints, "theirs-01234567.pth"), "from Python");
  expect(await readFile(await fetchUrl("/models/theirs-01234567.pth"), "utf8")).toBe("from Python");
  expect(requests).toEqual([]);
});

test("nothing at the address is told", async () => {
  const error = await fetchUrl("/none").catch((caught: unknown) => caught);
  expect(isGraftError(error, "source-not-found")).toBe(true);
});
