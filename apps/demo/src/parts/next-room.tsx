import { type Room, roomNames } from "../state/room.js";

type Props = {
  readonly to: Room;
  /** What was done here, or what is still missing. */
  readonly says: string;
  /** Whether going on is the next thing to do. */
  readonly ready?: boolean;
};

/** The way on, at the end of a room. */
export const NextRoom = ({ to, says, ready = false }: Props) => (
  <div class="next">
    <p>{says}</p>
    <a class={ready ? "button primary" : "button"} href={`#${to}`}>
      Go on to {roomNames[to]}
    </a>
  </div>
);
