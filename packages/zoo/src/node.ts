export { readAsset, readTokenizer } from "./read-asset.js";
