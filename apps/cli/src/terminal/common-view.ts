import type { DownloadEvent } from "@graft-ml/core";
import type { ReadEvent } from "../modality/modality.js";
import type { DataCheckEvent } from "../run/data-check.js";
import type { ExplainEvent } from "../run/explain-worst.js";
import type { DeviceEvent } from "../with-engine.js";
import type { Progress } from "./progress.js";
import { splitWarning } from "./split-view.js";

/** Events that several commands give, and that look the same in each. */
type CommonEvent =
  | DeviceEvent
  | ReadEvent
  | DownloadEvent
  | DataCheckEvent
  | ExplainEvent
  | { readonly type: "extract-progress"; readonly count: number; readonly total: number };

type Event = { readonly type: string };

const is = <T extends CommonEvent["type"]>(
  event: Event,
  type: T,
): event is Extract<CommonEvent, { type: T }> => event.type === type;

/** What must be known although nothing failed. */
export function commonWarning(event: Event): string | undefined {
  if (is(event, "picture-skipped") || is(event, "text-skipped"))
    return `skipped ${event.name}: ${event.reason}`;
  if (is(event, "device-chosen")) return event.notice;
  if (is(event, "copies-found")) return splitWarning(event);
  if (is(event, "download-wait")) {
    return `waiting ${Math.ceil(event.seconds)} s for ${event.url}: ${event.reason}`;
  }
  if (is(event, "download-locked")) return `another process fetches ${event.file}; waiting for it`;
  if (is(event, "explanations-left-out")) {
    return `the report does not say which words mattered: ${event.reason}`;
  }
  if (is(event, "hub-unreachable")) return `${event.reason} What was fetched earlier is used.`;
  return undefined;
}

/** How far reading, extracting and evaluating are; `total` is that of the evaluation. */
export function commonProgress(event: Event): Progress | undefined {
  if (is(event, "download-progress")) {
    const { file, bytes, total, secondsLeft } = event;
    return { label: `fetching ${file}`, done: bytes, total, secondsLeft };
  }
  if (is(event, "check-progress"))
    return { label: "reading", done: event.count, total: event.total };
  if (is(event, "copies-progress")) {
    return { label: "looking for copies", done: event.count, total: event.total };
  }
  if (is(event, "explain-progress")) {
    return { label: "which words mattered", done: event.count, total: event.total };
  }
  if (is(event, "extract-progress")) {
    return { label: "features", done: event.count, total: event.total };
  }
  return undefined;
}
