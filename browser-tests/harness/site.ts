import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import sirv from "sirv";

/** A folder, served on this machine. */
export type Site = {
  readonly url: string;
  /** The paths that it was asked for, in order. */
  readonly asked: readonly string[];
  close(): Promise<void>;
};

export type SiteOptions = {
  /** Whether pages may share memory between threads. Default true. */
  readonly isolated?: boolean;
};

/** What makes a page cross-origin isolated. */
const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** Serves a folder as any static host does. */
export async function serveFolder(
  folder: string,
  { isolated = true }: SiteOptions = {},
): Promise<Site> {
  const files = sirv(folder, {
    dev: true,
    setHeaders: (response) => {
      for (const [name, value] of Object.entries(isolated ? isolation : {})) {
        response.setHeader(name, value);
      }
    },
  });
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    files(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
