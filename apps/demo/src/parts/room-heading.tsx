import type { ComponentChildren } from "preact";

/** A room's heading, and what it is for; focused when the room is entered. */
export const RoomHeading = ({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ComponentChildren;
}) => (
  <div class="heading">
    <h1 tabIndex={-1}>{title}</h1>
    <p class="lede">{children}</p>
  </div>
);
