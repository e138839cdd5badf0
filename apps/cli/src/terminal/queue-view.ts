import type { QueueEvent } from "@graft-ml/hpo/bullmq";

type Event = { readonly type: string };

const is = <T extends QueueEvent["type"]>(
  event: Event,
  type: T,
): event is Extract<QueueEvent, { type: T }> => event.type === type;

/** What must be known of a queue. */
export function queueWarning(event: Event): string | undefined {
  if (is(event, "queue-lost")) return `Redis is away (${event.reason}); waiting until it is back`;
  if (is(event, "queue-back")) return "Redis is back; going on";
  if (is(event, "workers-change") && event.count === 0) {
    return "no worker serves the queue; start some with: graft worker --queue URL";
  }
  return undefined;
}
