export type { SearchPageOptions, TrialTime } from "./page/input.js";
export { searchPage } from "./page/search-page.js";
