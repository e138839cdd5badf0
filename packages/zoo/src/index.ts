export { defaultBackbone, findBackbone, zooNames } from "./find.js";
export { manifest } from "./manifest.generated.js";
export type { Json, Modality, ZooEntry, ZooFile, ZooManifest } from "./manifest-type.js";
export { registry } from "./registry.generated.js";
export { findRegistered } from "./registry.js";
export type { RegistryEntry } from "./registry-type.js";
