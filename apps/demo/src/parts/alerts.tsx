import { alerts, closeAlert } from "../state/alerts.js";
import { focusNext } from "./focus.js";

/** What went wrong, and the next move. */
export const Alerts = () => (
  <div class="alerts" role="alert">
    {alerts.value.map(({ key, message }) => (
      <div class="alert" key={key}>
        <p>{message}</p>
        <button
          type="button"
          class="quiet"
          onClick={() => {
            closeAlert(key);
            focusNext(".alert button", "h1");
          }}
        >
          Close<span class="unseen"> this message</span>
        </button>
      </div>
    ))}
  </div>
);
