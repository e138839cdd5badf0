// What the page uses, in one file.
export * from "@graft-ml/core";
export { acquire } from "@graft-ml/gpu-backend";
export * from "@graft-ml/nlp";
export { defaultBackbone } from "@graft-ml/zoo";
