import type { Config } from "./located.js";

/**
 * The licence that a model card names in the lines before its text, else the one in timm's config;
 * undefined where neither says. Of a list the first.
 */
export function licenceOf(card: string, config: Config): string | undefined {
  const [, head = ""] = /^---\r?\n([\s\S]*?)\r?\n---/.exec(card) ?? [];
  const [, stated] = /^license:[ \t]*(?:\r?\n[ \t]*-[ \t]*)?["']?([\w.+-]+)/m.exec(head) ?? [];
  const { pretrained_cfg: timm } = config;
  const inner = typeof timm === "object" && timm !== null && "license" in timm && timm.license;
  return stated ?? (typeof inner === "string" ? inner : undefined);
}
