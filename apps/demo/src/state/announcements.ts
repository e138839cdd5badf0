import { signal } from "@preact/signals";

/** The sentence that screen readers are given next, politely. */
export const announcement = signal("");

/** The same sentence twice is still news the second time. */
export function announce(sentence: string): void {
  const again = announcement.peek() === sentence;
  announcement.value = again ? `${sentence}\u00a0` : sentence;
}
