import { type Room, room, roomNames, rooms } from "../state/room.js";
import { switchTheme, theme } from "../state/theme.js";

/** The name of the page, its four rooms, and the switch between light and dark. */
export const Header = () => (
  <header class="top">
    <div class="top-inner">
      <a class="brand" href="#teach">
        <img src="./icon.svg" alt="" width="32" height="32" />
        Graft
      </a>
      <nav aria-label="Steps">
        <ol class="steps">
          {rooms.map((name, index) => (
            <Step key={name} name={name} number={index + 1} />
          ))}
        </ol>
      </nav>
      <button
        type="button"
        class="quiet theme"
        aria-pressed={theme() === "dark"}
        onClick={switchTheme}
      >
        <span aria-hidden="true" class="theme-mark" />
        <span class="unseen">Dark colours</span>
      </button>
    </div>
  </header>
);

const Step = ({ name, number }: { name: Room; number: number }) => (
  <li>
    <a href={`#${name}`} aria-current={room.value === name ? "step" : undefined}>
      <span class="step-number">{number}</span>
      {roomNames[name]}
    </a>
  </li>
);
