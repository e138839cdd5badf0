import { type Engine, GraftError, isGraftError } from "@graft-ml/core";
import { candidates } from "#platform";
import type { Candidate, OpenOptions } from "./device.js";

export type AcquireOptions = OpenOptions & {
  /** A name that `detect` lists, or "auto" for the best that works here. Default "auto". */
  device?: string;
  /** Hears, in a sentence, when a device has to stand in for a better one. */
  onNotice?: (message: string) => void;
};

/** An engine, and why it is this one. */
export type Acquired = Engine & {
  /** The device's name, as `detect` lists it. */
  readonly device: string;
  /** One sentence for people. */
  readonly reason: string;
};

/**
 * Opens the device asked for, or the best there is. A device asked for by name is never replaced by
 * another: throws `device-unavailable` with what to do.
 */
export async function acquire(
  options: AcquireOptions = {},
  among: readonly Candidate[] = candidates,
): Promise<Acquired> {
  const { device = "auto" } = options;
  return device === "auto" ? openBest(options, among) : openNamed(device, options, among);
}

async function openNamed(
  name: string,
  { threads }: AcquireOptions,
  among: readonly Candidate[],
): Promise<Acquired> {
  const candidate = among.find((known) => known.name === name);
  if (candidate === undefined) {
    throw new GraftError(
      "device-unavailable",
      `There is no device "${name}". The devices are: auto, ${among.map((known) => known.name).join(", ")}.`,
      { details: { device: name } },
    );
  }
  const probe = await candidate.probe();
  if (!probe.available) {
    throw new GraftError(
      "device-unavailable",
      `The device "${name}" does not work here: ${sentence(probe)}`,
      { details: { device: name, reason: probe.reason } },
    );
  }
  const engine = await candidate.open(threadsOf(threads));
  return { ...engine, device: name, reason: `${engine.description}: asked for by name.` };
}

async function openBest(
  { threads, onNotice = () => {} }: AcquireOptions,
  among: readonly Candidate[],
): Promise<Acquired> {
  const passedOver: string[] = [];
  for (const [rank, candidate] of among.entries()) {
    const engine = await openIfGood(candidate, threads);
    if (typeof engine === "string") {
      passedOver.push(`${candidate.name}: ${engine}`);
      continue;
    }
    if (rank > 0) onNotice(`Running on ${engine.description}. ${passedOver.join(" ")}`);
    const why = rank === 0 ? "the fastest there is" : "the best of what works here";
    return { ...engine, device: candidate.name, reason: `${engine.description}: ${why}.` };
  }
  throw new GraftError("device-unavailable", `No device works here. ${passedOver.join(" ")}`);
}

/** The engine, or why not, as a sentence. */
async function openIfGood(
  { probe, open }: Candidate,
  threads: number | undefined,
): Promise<Engine | string> {
  const found = await probe();
  if (!found.available) return sentence(found);
  if (found.onlyByName !== undefined) return `${found.onlyByName}.`;
  try {
    return await open(threadsOf(threads));
  } catch (error) {
    if (!isGraftError(error)) throw error;
    return error.message;
  }
}

const sentence = ({ reason, install }: { reason: string; install?: string }): string =>
  install === undefined ? `${reason}.` : `${reason}. Install it with: ${install}`;

const threadsOf = (threads: number | undefined): OpenOptions =>
  threads === undefined ? {} : { threads };
