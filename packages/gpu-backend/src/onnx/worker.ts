import { parentPort, workerData } from "node:worker_threads";
import { letGo } from "./let-go.js";
import type { Answer, CallName, Calls, Envelope, Failure } from "./protocol.js";
import { openRuntime, type RuntimeName } from "./runtime.js";
import { createService, type Served } from "./service.js";
import { StepFailure } from "./step.js";

if (parentPort === null) throw new Error("This file runs in a worker thread.");
const port = parentPort;
const service = createService(await openRuntime(workerData as RuntimeName));

/** Calls are answered one after the other, in the order they came. */
let last: Promise<void> = Promise.resolve();

port.on("message", (envelope: Envelope) => {
  last = last.then(() => (envelope.call === "end" ? leave() : answer(envelope)));
});

async function answer(envelope: Exclude<Envelope, { call: "end" }>): Promise<void> {
  const { id, call, request } = envelope;
  try {
    const { value, transfer = [], spent = [] } = await serve(call, request);
    letGo(spent);
    send({ id, ok: true, value }, transfer);
  } catch (error) {
    send({ id, ok: false, failure: failureOf(error) });
  }
}

const serve = (call: CallName, request: Calls[CallName]["request"]): Promise<Served<CallName>> =>
  (service[call] as (request: unknown) => Promise<Served<CallName>>)(request);

const send = (message: Answer, transfer: readonly ArrayBuffer[] = []): void =>
  port.postMessage(message, transfer);

/** The thread ends by itself once its port is closed. */
async function leave(): Promise<void> {
  await service.end();
  port.close();
}

function failureOf(error: unknown): Failure {
  if (error instanceof StepFailure) return error.failure;
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return {
    code: "engine-failed",
    message: `The engine failed: ${message}`,
    details: {},
    ...(stack === undefined ? {} : { stack }),
  };
}
