export { readAsset } from "./read-asset.js";
