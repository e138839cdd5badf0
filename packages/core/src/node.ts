export { loadAdapter, saveAdapter } from "./node/adapters.js";
export {
  bestCheckpoint,
  type FoundCheckpoint,
  latestCheckpoint,
  readCheckpoint,
  type SaveCheckpointOptions,
  saveCheckpoint,
} from "./node/checkpoints.js";
export { fileFeatureStore } from "./node/feature-file.js";
export { fileSource } from "./node/file-source.js";
export { type HubFile, type HubSettings, hubFile } from "./node/hub/hub-file.js";
export { type HubModel, hubModel, isHubModelCached } from "./node/hub/hub-model.js";
export { type LockOptions, takeLock } from "./node/hub/lock.js";
export { type HubOptions, hubSettings } from "./node/hub/settings.js";
export { isUrlCached, urlFile } from "./node/hub/url-file.js";
export { type OpenWeightsOptions, openWeights } from "./node/open-weights.js";
export {
  clearUnfinished,
  type FileContent,
  isUnfinished,
  writeFailed,
  writeFileAtomic,
} from "./node/write-file-atomic.js";
