import { connectStudio } from "../studio/connect.js";
import { tell } from "./alerts.js";

/** The one worker of this page. */
export const studio = connectStudio(tell);
