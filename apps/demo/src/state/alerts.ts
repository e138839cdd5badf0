import { signal } from "@preact/signals";

/** What went wrong, for people, until they close it. */
export type Alert = { readonly key: number; readonly message: string };

export const alerts = signal<readonly Alert[]>([]);

let made = 0;

/** Shows an error's message; the same one only once. */
export function tell(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  if (alerts.value.some((alert) => alert.message === message)) return;
  made += 1;
  alerts.value = [...alerts.value, { key: made, message }];
}

export function closeAlert(key: number): void {
  alerts.value = alerts.value.filter((alert) => alert.key !== key);
}

/** What was told is over once something else is begun. */
export function closeAlerts(): void {
  if (alerts.peek().length > 0) alerts.value = [];
}

/** Runs something whose failure is told; gives undefined then. */
export async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    tell(error);
    return undefined;
  }
}
