import { announcement } from "../state/announcements.js";

/** Tells screen readers what happened. */
export const Announcer = () => (
  <output class="unseen" aria-live="polite">
    {announcement}
  </output>
);
