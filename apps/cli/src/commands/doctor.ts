import { availableParallelism, totalmem } from "node:os";
import { acquire, type Device, detect } from "@graft-ml/gpu-backend";
import { command, type Launch } from "../command.js";
import { version } from "../run/versions.js";

export type DoctorEvent =
  | {
      readonly type: "machine";
      readonly platform: string;
      readonly cores: number;
      readonly memoryGB: number;
    }
  | { readonly type: "versions"; readonly graft: string; readonly node: string }
  | ({ readonly type: "device" } & Device)
  | { readonly type: "doctor-end"; readonly device: string; readonly reason: string };

/** What this machine can compute on, what keeps the rest from working, and what `auto` would take. */
async function* doctor({ device }: { device: string }): AsyncGenerator<DoctorEvent> {
  yield { type: "versions", graft: version, node: process.versions.node };
  yield {
    type: "machine",
    platform: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
    memoryGB: Math.round(totalmem() / 2 ** 30),
  };
  for (const found of await detect()) yield { type: "device", ...found };
  const engine = await acquire({ device });
  try {
    yield { type: "doctor-end", device: engine.device, reason: engine.reason };
  } finally {
    await engine.close();
  }
}

function line(event: DoctorEvent): string {
  switch (event.type) {
    case "versions":
      return `graft ${event.graft} on Node ${event.node}`;
    case "machine":
      return `${event.platform}, ${event.cores} cores, ${event.memoryGB} GB of memory\n`;
    case "device":
      return deviceLine(event);
    case "doctor-end":
      return `\nTrains on ${event.device}. ${event.reason}`;
  }
}

function deviceLine(device: Device): string {
  if (device.available) return `yes  ${device.name}: ${device.description}`;
  const install = device.install === undefined ? "" : `\n       ${device.install}`;
  return `no   ${device.name}: ${device.reason}${install}`;
}

export const doctorCommand = (launch: Launch) =>
  command("doctor", {
    summary: "Say what this machine can compute on, and why.",
    examples: ["graft doctor", "graft doctor --device native"],
  }).action((options) => launch(options, () => doctor(options), { line }));
