import type { Engine } from "@graft-ml/core";

/** Something that programs could run on here. */
export type Device = {
  /** What `acquire({ device })` and `--device` call it. */
  readonly name: string;
  /** One line for people: what it is, and in which version where that is known. */
  readonly description: string;
  /** Why "auto" passes over it although it works. */
  readonly onlyByName?: string;
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

/** What a look at a device found. */
export type Probed = Availability & {
  readonly description: string;
  /** Why "auto" passes over it although it works, as the end of a sentence that starts with the name. */
  readonly onlyByName?: string;
};

export type OpenOptions = {
  /** Threads of one computation. Default: as many as there are cores. */
  threads?: number;
};

/** A row of the table of devices: how to tell whether it works here, and how to open it. */
export type Candidate = {
  readonly name: string;
  /** Looks, without loading more than it must. */
  probe(): Promise<Probed>;
  open(options: OpenOptions): Promise<Engine>;
};
