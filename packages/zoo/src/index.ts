export { defaultBackbone, findBackbone, zooNames } from "./find.js";
export { manifest } from "./manifest.generated.js";
export type { Json, ZooEntry, ZooManifest } from "./manifest-type.js";
