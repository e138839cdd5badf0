import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A repository on the test hub: its revisions' files, and who may read it. */
export type HubRepo = {
  readonly files: Readonly<Record<string, Uint8Array | string>>;
  /** Only with this token. */
  readonly token?: string;
  /** "private": without the token it looks absent. "gated": it says that access must be asked for. */
  readonly access?: "private" | "gated";
};

/** Something that goes wrong once (or `times`): the next request that it fits is answered by it. */
export type HubFault = {
  readonly at: "hub" | "cdn";
  readonly method?: "GET" | "HEAD";
  /** Part of the address. Default: any. */
  readonly path?: string;
  times?: number;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The connection breaks after this many bytes of the body. */
  readonly cutAfter?: number;
  /** Nothing more comes after this many bytes. */
  readonly stallAfter?: number;
  /** Other bytes of the same length. */
  readonly wrong?: boolean;
  /** The CDN's own tag from now on, as if the file had been stored anew. */
  readonly tag?: string;
};

export type HubRequest = {
  readonly at: "hub" | "cdn";
  readonly method: string;
  readonly path: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  readonly authorization: string | undefined;
};

export type HubServer = {
  readonly endpoint: string;
  /** All that came, in order. */
  readonly requests: HubRequest[];
  readonly faults: HubFault[];
  close(): Promise<void>;
};

type Content = { readonly bytes: Uint8Array; readonly etag: string; readonly large: boolean };

/** The commit that all revisions of the test hub's repositories stand for. */
export const hubCommit = "0123456789abcdef0123456789abcdef01234567";

const revisions = ["main", "v1.0", "refs/pr/1", hubCommit];

/** The name that the hub gives content: sha256 of large files, git's hash of a blob for small ones. */
export function hubEtag(bytes: Uint8Array, large: boolean): string {
  if (large) return createHash("sha256").update(bytes).digest("hex");
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

/**
 * A server on this machine that answers as the Hugging Face hub does: metadata by HEAD, large files by
 * a redirect to a second server, ranges, and the three kinds of 404. `faults` make it misbehave.
 */
export async function startHubServer(
  repos: Readonly<Record<string, HubRepo>>,
  options: { /** Files of this many bytes and more are on the CDN. */ largeFrom?: number } = {},
): Promise<HubServer> {
  const requests: HubRequest[] = [];
  const faults: HubFault[] = [];
  const contents = new Map<string, Content>();
  const tags = new Map<string, string>();
  const cdn = await listen((request, response) => {
    const path = request.url ?? "";
    const content = contents.get(path.slice(1));
    if (!content) return void response.writeHead(403).end();
    const fault = noteAndFault("cdn", request, requests, faults);
    if (fault?.tag !== undefined) tags.set(path, fault.tag);
    response.setHeader("etag", `"${tags.get(path) ?? "cdn-tag"}"`);
    sendBytes(request, response, content.bytes, fault);
  });
  const hub = await listen((request, response) => {
    const fault = noteAndFault("hub", request, requests, faults);
    if (fault?.status !== undefined) {
      return void response.writeHead(fault.status, fault.headers).end();
    }
    const found = findFile(request, repos, options.largeFrom ?? 64);
    if ("refuse" in found) return void response.writeHead(...found.refuse).end();
    response.setHeader("x-repo-commit", hubCommit);
    if (!found.large) {
      response.setHeader("etag", `"${found.etag}"`);
      return sendBytes(request, response, found.bytes, fault);
    }
    contents.set(found.etag, found);
    response.setHeader("x-linked-etag", `"${found.etag}"`);
    response.setHeader("x-linked-size", found.bytes.length);
    response.writeHead(302, { location: `${cdn.origin}/${found.etag}` }).end();
  });
  const close = async (): Promise<void> => {
    await Promise.all([hub.close(), cdn.close()]);
  };
  return { endpoint: hub.origin, requests, faults, close };
}

async function listen(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function noteAndFault(
  at: "hub" | "cdn",
  request: IncomingMessage,
  requests: HubRequest[],
  faults: HubFault[],
): HubFault | undefined {
  const { method = "", url: path = "", headers } = request;
  const { range, authorization } = headers;
  const ifRange = headers["if-range"]?.toString();
  requests.push({ at, method, path, range, authorization, ifRange });
  const fits = (fault: HubFault): boolean =>
    fault.at === at &&
    (fault.method ?? method) === method &&
    path.includes(fault.path ?? "") &&
    (fault.times ?? 1) > 0;
  const fault = faults.find(fits);
  if (fault) fault.times = (fault.times ?? 1) - 1;
  return fault;
}

type Refused = { readonly refuse: [number, Record<string, string>] };

function findFile(
  { url = "", headers }: IncomingMessage,
  repos: Readonly<Record<string, HubRepo>>,
  largeFrom: number,
): Content | Refused {
  const [, name = "", revision = "", path = ""] =
    /^\/(.+)\/resolve\/([^/]+)\/(.+)$/.exec(url) ?? [];
  const repo = repos[name];
  const mayRead = repo?.token === undefined || headers.authorization === `Bearer ${repo.token}`;
  if (repo?.access === "gated" && !mayRead)
    return refused(401, "GatedRepo", "Access is restricted.");
  if (!repo || !mayRead) return refused(401, "RepoNotFound", "Repository not found");
  if (!revisions.includes(decodeURIComponent(revision))) return refused(404, "RevisionNotFound");
  const file = repo.files[decodeURIComponent(path)];
  if (file === undefined) return refused(404, "EntryNotFound", "Entry not found", hubCommit);
  const bytes = typeof file === "string" ? new TextEncoder().encode(file) : file;
  const large = bytes.length >= largeFrom;
  return { bytes, large, etag: hubEtag(bytes, large) };
}

const refused = (status: number, code: string, message?: string, commit?: string): Refused => ({
  refuse: [
    status,
    {
      "x-error-code": code,
      ...(message !== undefined && { "x-error-message": message }),
      ...(commit !== undefined && { "x-repo-commit": commit }),
    },
  ],
});

function sendBytes(
  { method, headers }: IncomingMessage,
  response: ServerResponse,
  all: Uint8Array,
  fault: HubFault = { at: "cdn" },
): void {
  if (fault.status !== undefined) return void response.writeHead(fault.status, fault.headers).end();
  const { cutAfter, stallAfter } = fault;
  const bytes = fault.wrong ? all.map((byte) => byte ^ 1) : all;
  const same =
    headers["if-range"] === undefined || headers["if-range"] === response.getHeader("etag");
  const start = same ? Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0) : 0;
  if (start > 0) {
    const last = bytes.length - 1;
    response.writeHead(206, { "content-range": `bytes ${start}-${last}/${bytes.length}` });
  } else {
    response.writeHead(200, { "content-length": bytes.length });
  }
  if (method === "HEAD") return void response.end();
  const rest = bytes.subarray(start);
  if (cutAfter !== undefined) {
    // A moment, so that what was sent has arrived.
    response.write(rest.subarray(0, cutAfter), () => setTimeout(() => response.destroy(), 30));
  } else if (stallAfter !== undefined) {
    response.write(rest.subarray(0, stallAfter));
  } else {
    response.end(rest);
  }
}
