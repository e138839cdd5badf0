import { signal } from "@preact/signals";

/** Whether all of the page is kept in this browser: for this load, or from the next one on. */
export const keptHere = signal<"now" | "next" | undefined>(undefined);

/** Has the browser keep the page. Where a host or a private window forbids it, the page works too, only not offline. */
export async function keepHere(): Promise<void> {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  const workers = navigator.serviceWorker;
  try {
    await workers.register(new URL("sw.js", document.baseURI));
  } catch {
    return;
  }
  await workers.ready;
  keptHere.value = workers.controller ? "now" : "next";
}
