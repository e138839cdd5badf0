export {
  bestCheckpoint,
  type FoundCheckpoint,
  latestCheckpoint,
  readCheckpoint,
  type SaveCheckpointOptions,
  saveCheckpoint,
} from "./node/checkpoints.js";
export { fileSource, openWeights } from "./node/file-store.js";
export { type FileContent, writeFileAtomic } from "./node/write-file-atomic.js";
