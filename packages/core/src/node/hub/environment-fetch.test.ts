import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, test } from "vitest";
import { environmentFetch } from "./environment-fetch.js";

const listen = async (server: Server): Promise<string> => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const get = { method: "GET", headers: {}, redirect: "manual" } as const;

test("a proxy from the environment carries requests, but for the hosts that NO_PROXY excepts", async () => {
  const server = createServer((_, response) => response.end("here"));
  const asked: string[] = [];
  const proxy = createServer();
  proxy.on("connect", (request, client) => {
    asked.push(request.url ?? "");
    const [host = "", port = ""] = (request.url ?? "").split(":");
    const through = connect(Number(port), host, () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      through.pipe(client).pipe(through);
    });
    client.on("error", () => through.destroy());
    through.on("error", () => client.destroy());
  });
  const [host, via] = [await listen(server), await listen(proxy)];
  const read = async (env: Record<string, string>): Promise<string> => {
    const fetch = await environmentFetch(env);
    const { signal } = new AbortController();
    const { body } = await fetch(`http://${host}/`, { ...get, signal });
    const part = await body?.getReader().read();
    return new TextDecoder().decode(part?.value);
  };
  expect(await read({ HTTP_PROXY: `http://${via}`, HTTPS_PROXY: `http://${via}` })).toBe("here");
  expect(asked).toEqual([host]);
  expect(await read({ http_proxy: `http://${via}`, NO_PROXY: "127.0.0.1" })).toBe("here");
  expect(await read({})).toBe("here");
  expect(asked.length).toBe(1);
  for (const one of [server, proxy]) {
    one.closeAllConnections();
    await new Promise((done) => one.close(done));
  }
});
