import type { Engine } from "@graft-ml/core";

/** Something that programs could run on here. */
export type Device = {
  /** What `acquire({ device })` and `--device` call it. */
  readonly name: string;
  /** One line for people: what it is, and in which version where that is known. */
  readonly description: string;
} & Availability;

export type Availability =
  | { readonly available: true }
  | {
      readonly available: false;
      /** Why not, as the end of a sentence that starts with the name. */
      readonly reason: string;
      /** The command that would make it available, where there is one. */
      readonly install?: string;
    };

export type OpenOptions = {
  /** Threads of one computation. Default: as many as there are cores. */
  threads?: number;
};

/** A row of the table of devices: how to tell whether it works here, and how to open it. */
export type Candidate = {
  readonly name: string;
  /** Looks, without loading more than it must. */
  probe(): Promise<Availability & { readonly description: string }>;
  open(options: OpenOptions): Promise<Engine>;
};
