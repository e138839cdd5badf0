import { signal } from "@preact/signals";
import type { BackboneInfo, GivenFile, Kind, OpenedRun } from "../studio/studio.js";
import { attempt } from "./alerts.js";
import { perKind } from "./kind.js";
import { studio } from "./studio.js";

/** Where the network comes from that a training begins with. */
type Source = "embedded" | "files" | "run";

export type Backbone = {
  readonly source: Source;
  /** Undefined until the worker has told. */
  readonly info: BackboneInfo | undefined;
};

export const backbones = perKind(() => signal<Backbone>({ source: "embedded", info: undefined }));

export const loadingBackbone = signal(false);

/** Asks for the embedded network, or opens that of a model folder's files. */
export async function chooseBackbone(of: Kind, files: readonly GivenFile[] | null): Promise<void> {
  loadingBackbone.value = true;
  const info = await attempt(() => studio.backbone(of, files));
  if (info) backbones[of].value = { source: files === null ? "embedded" : "files", info };
  loadingBackbone.value = false;
}

/** The embedded network, where nothing else was chosen and it isn't known yet. */
export async function meetBackbone(of: Kind): Promise<void> {
  const { source, info } = backbones[of].value;
  if (source === "embedded" && info === undefined && !loadingBackbone.value) {
    await chooseBackbone(of, null);
  }
}

export function beginFromRun(run: OpenedRun): void {
  backbones[run.kind].value = { source: "run", info: run };
}
