import type { Fetch } from "../../weights/hub/transport.js";

type Env = Readonly<Record<string, string | undefined>>;

const names = ["HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"];

/**
 * `fetch`, through a proxy where HTTPS_PROXY or HTTP_PROXY name one and NO_PROXY does not except the
 * host. Node's own fetch reads none of these, so undici (which it is made of) is loaded then.
 */
export async function environmentFetch(env: Env = process.env): Promise<Fetch> {
  const [secure, plain] = [env.https_proxy ?? env.HTTPS_PROXY, env.http_proxy ?? env.HTTP_PROXY];
  if (!names.some((name) => env[name])) return fetch;
  const undici = await import("undici");
  const dispatcher = new undici.EnvHttpProxyAgent({
    ...(secure && { httpsProxy: secure }),
    ...(plain && { httpProxy: plain }),
    noProxy: env.no_proxy ?? env.NO_PROXY ?? "",
  });
  return (url, init) => undici.fetch(url, { ...init, dispatcher });
}
