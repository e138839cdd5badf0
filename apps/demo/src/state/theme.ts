import { effect, signal } from "@preact/signals";

export type Theme = "light" | "dark";

const key = "graft-theme";

/** The theme that was chosen here; undefined follows the system. */
const chosen = signal<Theme | undefined>(undefined);

const system = signal<Theme>("light");

export const theme = (): Theme => chosen.value ?? system.value;

export function followTheme(): void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const read = (): void => {
    system.value = dark.matches ? "dark" : "light";
  };
  read();
  dark.addEventListener("change", read);
  chosen.value = stored();
  effect(() => {
    if (chosen.value === undefined) return;
    document.documentElement.dataset.theme = chosen.value;
  });
}

export function switchTheme(): void {
  chosen.value = theme() === "dark" ? "light" : "dark";
  try {
    localStorage.setItem(key, chosen.value);
  } catch {
    // A browser that keeps nothing for this page: the choice holds until it is closed.
  }
}

function stored(): Theme | undefined {
  try {
    const value = localStorage.getItem(key);
    return value === "light" || value === "dark" ? value : undefined;
  } catch {
    return undefined;
  }
}
