// Written by scripts/zoo-manifest.mjs from manifest.json; change that file and run it again.
import type { ZooManifest } from "./manifest-type.js";

export const manifest: ZooManifest = {
  "default": null,
  "backbones": []
};
