import type { HubName } from "./hub-name.js";

/** The hub that names mean when no mirror is set. */
export const defaultEndpoint = "https://huggingface.co";

/** Where a file of a repository is served: `{endpoint}/{repo}/resolve/{revision}/{path}`. */
export function hubFileUrl(
  { repo, revision }: Pick<HubName, "repo" | "revision">,
  file: string,
  endpoint: string = defaultEndpoint,
): string {
  const path = file.split("/").map(encodeURIComponent).join("/");
  return `${endpoint.replace(/\/+$/, "")}/${repo}/resolve/${encodeURIComponent(revision)}/${path}`;
}
