import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isGraftError } from "../../errors.js";
import { type HubServer, hubCommit, hubEtag, startHubServer } from "../../testing/hub-server.js";
import type { DownloadEvent } from "../../weights/hub/transport.js";
import { type HubFile, hubFile } from "./hub-file.js";
import { hubSettings } from "./settings.js";

const weights = Uint8Array.from({ length: 200_000 }, (_, i) => (i * i) % 251);
const config = '{ "architecture": "tiny" }';
const etag = hubEtag(weights, true);

let server: HubServer;
let cache = "";
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "graft-hub-"));
  server = await startHubServer({
    "org/model": { files: { "model.safetensors": weights, "config.json": config } },
    "org/secret": { files: { "config.json": config }, token: "right", access: "private" },
    "org/gated": { files: { "model.bin": weights }, token: "right", access: "gated" },
  });
});
afterEach(async () => {
  await server.close();
  await rm(cache, { recursive: true });
});

const quick = { retrySeconds: 0.01, timeoutSeconds: 5 };

/** Fetches to the end; what happened on the way. */
async function fetchFile(
  file: string,
  options: Parameters<typeof hubSettings>[0] & { name?: { repo: string; revision: string } } = {},
): Promise<{ file: HubFile | undefined; events: DownloadEvent[]; tag: string }> {
  const { name = { repo: "org/model", revision: "main" }, ...rest } = options;
  const { endpoint } = server;
  const settings = await hubSettings({ endpoint, cache, ...quick, ...rest }, {});
  const running = hubFile(name, file, settings);
  const events: DownloadEvent[] = [];
  let step = await running.next();
  for (; !step.done; step = await running.next()) {
    if (step.value.type !== "download-progress") events.push(step.value);
  }
  const bytes = step.value ? await readFile(step.value.path) : Buffer.of();
  return { file: step.value, events, tag: hubEtag(bytes, true) };
}

async function failure(...args: Parameters<typeof fetchFile>): Promise<[unknown, string]> {
  const error = await fetchFile(...args).catch((caught: unknown) => caught);
  if (!isGraftError(error)) throw error;
  return [error.code, error.message.replaceAll(server.endpoint, "HUB")];
}

const blobs = (): Promise<string[]> => readdir(join(cache, "models--org--model", "blobs"));

/** Where each request to the CDN asked to begin. */
const starts = (): number[] =>
  server.requests
    .filter(({ at }) => at === "cdn")
    .map(({ range }) => Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0));

test("a large file comes from the CDN and lies in the cache as the hub's tools lay it", async () => {
  const { file, tag, events } = await fetchFile("model.safetensors");
  const folder = join(cache, "models--org--model");
  expect(file).toEqual({
    path: join(folder, "snapshots", hubCommit, "model.safetensors"),
    commit: hubCommit,
  });
  expect(tag).toBe(etag);
  expect(await readlink(file!.path)).toBe(`../../blobs/${etag}`);
  expect(await readFile(join(folder, "refs", "main"), "utf8")).toBe(hubCommit);
  expect(await blobs()).toEqual([etag]);
  expect(events.map(({ type }) => type)).toEqual(["download-start", "download-end"]);
  expect(server.requests.map(({ at, method }) => `${method} ${at}`)).toEqual([
    "HEAD hub",
    "GET hub",
    "GET cdn",
  ]);
});

test("what is there is looked up once, and by commit not at all", async () => {
  await fetchFile("config.json");
  server.requests.length = 0;
  expect((await fetchFile("config.json")).events).toEqual([]);
  expect(server.requests.length).toBe(1);
  const name = { repo: "org/model", revision: hubCommit };
  expect((await fetchFile("config.json", { name })).file?.commit).toBe(hubCommit);
  expect(server.requests.length).toBe(1);
});

test("files that Python's tools have fetched are found", async () => {
  const folder = join(cache, "models--org--model");
  const snapshot = join(folder, "snapshots", hubCommit);
  await mkdir(join(folder, "blobs"), { recursive: true });
  await mkdir(snapshot, { recursive: true });
  await mkdir(join(folder, "refs"));
  await writeFile(join(folder, "refs", "main"), hubCommit);
  await writeFile(join(folder, "blobs", etag), weights);
  await symlink(`../../blobs/${etag}`, join(snapshot, "model.safetensors"));
  expect((await fetchFile("model.safetensors", { offline: true })).tag).toBe(etag);
  expect((await fetchFile("model.safetensors")).events).toEqual([]);
  await rm(snapshot, { recursive: true });
  expect((await fetchFile("model.safetensors")).tag).toBe(etag);
  expect(server.requests.every(({ method }) => method === "HEAD")).toBe(true);
});

test("offline, what is not there is told with the cache's place", async () => {
  const [code, message] = await failure("config.json", { offline: true });
  expect(code).toBe("source-not-found");
  expect(message).toContain(`config.json of org/model@main is not in the cache ${cache}`);
  expect(server.requests).toEqual([]);
});

test("a hub out of reach is announced, and what the cache has serves", async () => {
  await fetchFile("config.json");
  const dead = { endpoint: "http://127.0.0.1:9", attempts: 1 };
  const { events, file } = await fetchFile("config.json", dead);
  expect(events.map(({ type }) => type)).toEqual(["hub-unreachable"]);
  expect(file?.commit).toBe(hubCommit);
  const [code, message] = await failure("model.safetensors", dead);
  expect(code).toBe("download-failed");
  expect(message).toContain("Check the network, HTTPS_PROXY and HF_ENDPOINT");
});

test("three kinds of absence, and a token that is lacking, are told apart", async () => {
  const main = "main";
  expect((await fetchFile("none.json")).file).toBeUndefined();
  server.requests.length = 0;
  const name = { repo: "org/model", revision: hubCommit };
  expect((await fetchFile("none.json", { name })).file).toBeUndefined();
  expect(server.requests).toEqual([]);
  const branch = await failure("config.json", { name: { repo: "org/model", revision: "nope" } });
  expect(branch[0]).toBe("source-not-found");
  expect(branch[1]).toContain("no such branch, tag or commit");
  const repo = await failure("config.json", { name: { repo: "org/none", revision: main } });
  expect(repo[0]).toBe("source-not-found");
  expect(repo[1]).toContain("There is no repository at HUB/org/none/resolve/main/config.json");
  const secret = { repo: "org/secret", revision: main };
  expect((await failure("config.json", { name: secret }))[1]).toContain("Set HF_TOKEN");
  const read = await fetchFile("config.json", { name: secret, token: "right" });
  expect(read.file?.commit).toBe(hubCommit);
  const gated = await failure("model.bin", { name: { repo: "org/gated", revision: main } });
  expect(gated[0]).toBe("access-denied");
  expect(gated[1]).toContain("is gated: its owner gives access on request");
  server.faults.push({ at: "hub", status: 403 });
  expect((await failure("config.json"))[0]).toBe("access-denied");
});

test("a token goes to the hub and never to the CDN", async () => {
  const name = { repo: "org/gated", revision: "main" };
  await fetchFile("model.bin", { name, token: "right" });
  const sent = server.requests.map(({ at, authorization }) => `${at}: ${authorization ?? "-"}`);
  expect(sent).toEqual(["hub: Bearer right", "hub: Bearer right", "cdn: -"]);
});

test("a cut connection goes on where it broke", async () => {
  server.faults.push({ at: "cdn", cutAfter: 70_000 }, { at: "cdn", cutAfter: 50_000 });
  const { tag, events } = await fetchFile("model.safetensors");
  expect(tag).toBe(etag);
  const [first, ...later] = starts();
  expect(first).toBe(0);
  expect(later[0]).toBeGreaterThan(0);
  expect(later[1]).toBeGreaterThan(later[0]!);
  expect(later.length).toBe(2);
  expect(server.requests.at(-1)?.ifRange).toBe('"cdn-tag"');
  expect(events.filter(({ type }) => type === "download-wait").length).toBe(2);
});

test("a later process goes on, too; a part of something else is thrown away by its hash", async () => {
  server.faults.push(
    { at: "cdn", cutAfter: 70_000, times: 1 },
    { at: "cdn", cutAfter: 0, times: 9 },
  );
  const [code, message] = await failure("model.safetensors", { attempts: 2 });
  expect(code).toBe("download-failed");
  expect(message).toMatch(/broke off after \d+ of 200000 bytes/);
  const kept = Number(/after (\d+) of/.exec(message)?.[1]);
  expect(kept).toBeGreaterThan(0);
  expect(await blobs()).toEqual([`${etag}.graft.incomplete`]);
  server.faults.length = 0;
  const { events, tag } = await fetchFile("model.safetensors");
  expect(events[0]).toMatchObject({ type: "download-start", bytes: kept, total: 200_000 });
  expect(starts().at(-1)).toBe(kept);
  expect(tag).toBe(etag);

  await rm(join(cache, "models--org--model"), { recursive: true });
  const part = join(cache, "models--org--model", "blobs", `${etag}.graft.incomplete`);
  await mkdir(dirname(part), { recursive: true });
  await writeFile(part, new Uint8Array(1000));
  expect((await fetchFile("model.safetensors")).tag).toBe(etag);
});

test("a file that changes between two parts is fetched from its start", async () => {
  server.faults.push({ at: "cdn", cutAfter: 70_000 }, { at: "cdn", tag: "stored-anew" });
  expect((await fetchFile("model.safetensors")).tag).toBe(etag);
  expect(await blobs()).toEqual([etag]);
});

test("other bytes than promised leave nothing behind", async () => {
  server.faults.push({ at: "cdn", wrong: true });
  const [code, message] = await failure("model.safetensors");
  expect(code).toBe("weights-corrupt");
  expect(message).toContain(`${etag} expected`);
  expect(await blobs()).toEqual([]);
  server.faults.push({ at: "hub", method: "GET", wrong: true });
  expect((await failure("config.json"))[0]).toBe("weights-corrupt");
  expect((await fetchFile("model.safetensors")).tag).toBe(etag);
});

test("too many requests: the wait that the hub asks for is announced and bounded", async () => {
  server.faults.push({ at: "hub", status: 429, headers: { "retry-after": "0" } });
  const { events } = await fetchFile("config.json");
  expect(events[0]).toMatchObject({ type: "download-wait", seconds: 0, reason: "HTTP 429" });
  server.faults.push({ at: "hub", status: 429, headers: { "retry-after": "7200" } });
  const [code, message] = await failure("model.safetensors");
  expect(code).toBe("download-failed");
  expect(message).toContain("asks to wait 7200 s, longer than the 120 s");
  server.faults.push({ at: "hub", status: 503, times: 9 });
  expect((await failure("model.safetensors", { attempts: 2 }))[1]).toContain("HTTP 503");
});

test("a silent server is given up, and what came before is kept", async () => {
  server.faults.push({ at: "cdn", stallAfter: 30_000 });
  const { events, tag } = await fetchFile("model.safetensors", { timeoutSeconds: 0.3 });
  expect(tag).toBe(etag);
  expect(events).toContainEqual(expect.objectContaining({ reason: "no byte came for 0.3 s" }));
  expect(starts().at(-1)).toBe(30_000);
});

test("an interruption stops at once and keeps what came", async () => {
  const stop = new AbortController();
  server.faults.push({ at: "cdn", stallAfter: 30_000 });
  setTimeout(() => stop.abort(), 200);
  expect((await failure("model.safetensors", { signal: stop.signal }))[0]).toBe("aborted");
  expect(await blobs()).toEqual([`${etag}.graft.incomplete`]);
  expect((await fetchFile("model.safetensors")).tag).toBe(etag);
});

test("a full disk is told as such and leaves no file under the final name", async () => {
  const headers = {
    "x-repo-commit": hubCommit,
    "x-linked-etag": `"${etag}"`,
    "x-linked-size": "1e15",
  };
  server.faults.push({
    at: "hub",
    status: 302,
    headers: { ...headers, location: "http://127.0.0.1:9/" },
  });
  const [code, message] = await failure("model.safetensors");
  expect(code).toBe("disk-write-failed");
  expect(message).toContain("takes 1000000000000000 more bytes");
  const part = join(cache, "models--org--model", "blobs", `${etag}.graft.incomplete`);
  await symlink("/dev/full", part);
  const full = await failure("model.safetensors");
  expect(full[0]).toBe("disk-write-failed");
  expect(full[1]).toContain("the disk is full. Free some space");
  await rm(part);
  expect(await blobs()).toEqual([]);
});

test("what does not answer as a hub does is named; odd tags need a word of consent", async () => {
  server.faults.push({
    at: "hub",
    status: 200,
    headers: { etag: '"../../x"', "content-length": "1" },
  });
  const [code, message] = await failure("config.json");
  expect([code, message.includes("Check HF_ENDPOINT")]).toEqual(["download-failed", true]);
  const odd = {
    "x-repo-commit": hubCommit,
    etag: 'W/"odd"',
    "content-length": String(config.length),
  };
  server.faults.push({ at: "hub", method: "HEAD", status: 200, headers: odd, times: 2 });
  expect((await failure("config.json"))[1]).toContain("Pass verify: false");
  const { file } = await fetchFile("config.json", { verify: false });
  expect(await readFile(file!.path, "utf8")).toBe(config);
});

test.each(["../x", "a//b", "/etc/passwd", "a\\b", "C:x"])(
  "%s is no file of a repository",
  async (path) => {
    expect((await failure(path))[0]).toBe("usage");
  },
);
