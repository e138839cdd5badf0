import type { RoundPlace } from "../rounds/place.js";
import type { Params } from "../space/parameter.js";
import type { Report } from "../trial.js";

/** To a worker. */
export type ToWorker =
  | ({
      readonly type: "run";
      readonly params: Params;
      readonly number: number;
      readonly attempt: number;
      readonly threads: number;
      readonly task: unknown;
    } & Partial<RoundPlace>)
  /** To the report before. */
  | {
      readonly type: "answer";
      readonly id: number;
      readonly refusal?: string;
      readonly isPruned?: boolean;
    }
  /** The trial is over; its signal is aborted. */
  | { readonly type: "cancel"; readonly reason: string };

/** From a worker. */
export type FromWorker =
  | { readonly type: "ready" }
  /** The module gave no objective. */
  | { readonly type: "broken"; readonly reason: string }
  | { readonly type: "report"; readonly id: number; readonly report: Report }
  | { readonly type: "note"; readonly text: string }
  | { readonly type: "done"; readonly result: number | readonly number[] }
  | {
      readonly type: "failed";
      readonly reason: string;
      /** Of the error, where it has one. */
      readonly code?: string;
    };
