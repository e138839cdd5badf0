import { expect, test } from "vitest";
import { isGraftError } from "../../errors.js";
import { request } from "./request.js";
import { type Fetch, transportDefaults } from "./transport.js";

type Said = { status: number; location?: string };

/** Answers by address; `sent` are the authorization headers that each address saw. */
function network(answers: Readonly<Record<string, Said>>) {
  const sent: [string, string | undefined][] = [];
  const fetch: Fetch = async (url, { headers }) => {
    sent.push([url, headers.authorization]);
    const { status, location } = answers[url] ?? { status: 404 };
    return new Response(null, { status, headers: location === undefined ? {} : { location } });
  };
  return { sent, options: { ...transportDefaults, retrySeconds: 0, fetch } };
}

async function get(
  url: string,
  answers: Readonly<Record<string, Said>>,
  redirects: "all" | "origin" = "all",
) {
  const { sent, options } = network(answers);
  const running = request({ method: "GET", url, token: "t", redirects }, options);
  let step = await running.next();
  while (!step.done) step = await running.next();
  await step.value.close();
  return { sent, url: step.value.url, status: step.value.response.status };
}

const reason = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.catch((caught: unknown) => caught);
  return isGraftError(error, "download-failed") ? error.message : `not refused: ${error}`;
};

test("a token follows a renamed repository and leaves at the border, not to come back", async () => {
  const answers = {
    "https://hub/a": { status: 307, location: "/b" },
    "https://hub/b": { status: 302, location: "https://cdn/c" },
    "https://cdn/c": { status: 302, location: "https://hub.evil/d" },
    "https://hub.evil/d": { status: 200 },
  };
  const { sent } = await get("https://hub/a", answers);
  expect(sent).toEqual([
    ["https://hub/a", "Bearer t"],
    ["https://hub/b", "Bearer t"],
    ["https://cdn/c", undefined],
    ["https://hub.evil/d", undefined],
  ]);
  const { url, status } = await get("https://hub/a", answers, "origin");
  expect([url, status]).toEqual(["https://hub/b", 302]);
});

test("another port is another host for a token", async () => {
  const { sent } = await get("http://hub:1/a", {
    "http://hub:1/a": { status: 302, location: "http://hub:2/a" },
    "http://hub:2/a": { status: 200 },
  });
  expect(sent[1]).toEqual(["http://hub:2/a", undefined]);
});

test("a redirect in circles, to nowhere or out of encryption is refused", async () => {
  const circle = { "https://a/": { status: 302, location: "https://a/" } };
  expect(await reason(get("https://a/", circle))).toContain("more than 10 times");
  const plain = { "https://a/": { status: 302, location: "http://b/" } };
  expect(await reason(get("https://a/", plain))).toContain("http://b, which is not encrypted");
  const file = { "http://a/": { status: 302, location: "file:///etc/passwd" } };
  expect(await reason(get("http://a/", file))).toContain("not encrypted");
  const broken = { "https://a/": { status: 302, location: "http://" } };
  expect(await reason(get("https://a/", broken))).toContain("redirects to");
});
