/** Gives the focus to the first of what is named, once what was changed is drawn: what had it may be gone. */
export function focusNext(...selectors: readonly string[]): void {
  requestAnimationFrame(() => {
    for (const selector of selectors) {
      const found = document.querySelector<HTMLElement>(selector);
      if (found) return found.focus();
    }
  });
}
