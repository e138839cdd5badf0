import { letGo } from "./let-go.js";
import type { Answer, CallName, Calls, Envelope, Failure } from "./protocol.js";
import type { Runtime } from "./runtime.js";
import { createService, type Served } from "./service.js";
import { StepFailure } from "./step.js";

/** A worker's side of the wire. */
export type WorkerPort = {
  send(answer: Answer, transfer: readonly ArrayBuffer[]): void;
  /** After the last answer: nothing more is heard or sent. */
  leave(): void;
};

/** Answers envelopes one after the other, in the order they come, with graphs compiled by a build of ONNX Runtime. */
export function serve(runtime: Runtime, port: WorkerPort): (envelope: Envelope) => void {
  const service = createService(runtime);
  const answer = async (envelope: Exclude<Envelope, { call: "end" }>): Promise<void> => {
    const { id, call, request } = envelope;
    try {
      const handle = service[call] as (
        request: Calls[CallName]["request"],
      ) => Promise<Served<CallName>>;
      const { value, transfer = [], spent = [] } = await handle(request);
      letGo(spent);
      port.send({ id, ok: true, value }, transfer);
    } catch (error) {
      port.send({ id, ok: false, failure: failureOf(error) }, []);
    }
  };
  const leave = async (): Promise<void> => {
    await service.end();
    port.leave();
  };
  let last: Promise<void> = Promise.resolve();
  return (envelope) => {
    last = last.then(() => (envelope.call === "end" ? leave() : answer(envelope)));
  };
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
