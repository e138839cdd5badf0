import { type Room, roomNames } from "../state/room.js";

type Props = {
  readonly to: Room;
  /** What was done here, or what is still missing. */
  readonly says: string;
};

/** The way on, at the end of a room. */
export const NextRoom = ({ to, says }: Props) => (
  <div class="next">
    <p>{says}</p>
    <a class="button primary" href={`#${to}`}>
      Go on to {roomNames[to]}
    </a>
  </div>
);
