import { signal } from "@preact/signals";
import { closeAlerts } from "./alerts.js";

export const rooms = ["teach", "train", "try", "keep"] as const;

export type Room = (typeof rooms)[number];

export const roomNames: Readonly<Record<Room, string>> = {
  teach: "Teach",
  train: "Train",
  try: "Try",
  keep: "Keep",
};

export const room = signal<Room>("teach");

/** The room that an address names; undefined where it names none, as a skip link does. */
export const roomOf = (hash: string): Room | undefined => rooms.find((name) => hash === `#${name}`);

/** Goes where the address says; the new room's heading is focused, so that what is read next is the room. */
export function followHash(): void {
  const go = (): boolean => {
    const next = roomOf(location.hash);
    if (next !== undefined && next !== room.value) {
      closeAlerts();
      room.value = next;
    }
    document.title = `${roomNames[room.value]} · Graft`;
    return next !== undefined;
  };
  go();
  addEventListener("hashchange", () => {
    if (!go()) return;
    requestAnimationFrame(() => {
      scrollTo({ top: 0 });
      document.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
    });
  });
}
