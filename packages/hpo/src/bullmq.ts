export type { ConnectionEvent, RedisAddress } from "./bullmq/connect.js";
export {
  type QueueEvent,
  type QueueWorkers,
  type QueueWorkersOptions,
  queueWorkers,
} from "./bullmq/queue-workers.js";
export {
  type RedisJournalOptions,
  readRedisJournal,
  redisJournal,
} from "./bullmq/redis-journal.js";
export type { ServeOptions } from "./bullmq/serve-options.js";
export { serveTrials, type TrialAtWork, type WorkerEvent } from "./bullmq/serve-trials.js";
