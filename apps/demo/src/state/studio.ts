import { connectStudio } from "../studio/connect.js";

/** The one worker of this page. */
export const studio = connectStudio();
