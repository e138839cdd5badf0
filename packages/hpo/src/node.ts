export { type FileJournalOptions, fileJournal } from "./journal/file-journal.js";
export { readJournal } from "./journal/read-journal.js";
export {
  type WorkerObjective,
  type WorkerPool,
  type WorkerPoolOptions,
  workerPool,
} from "./workers/worker-pool.js";
