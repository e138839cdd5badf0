import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The browser's program, or undefined. */
const chromiumPath = [process.env.CHROMIUM, ...places].find(
  (path) => path !== undefined && existsSync(path),
);

/** For `describe.skipIf`: a test without a browser says so by its name. */
export const noChromium = chromiumPath === undefined;

export type ChromiumOptions = {
  /** WebGPU on a software adapter. */
  readonly webgpu?: boolean;
  readonly args?: readonly string[];
};

/** Starts Chromium without a window. */
export function startChromium({
  webgpu = false,
  args = [],
}: ChromiumOptions = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath!,
    args: [
      ...["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
      ...(webgpu ? software : []),
      ...args,
    ],
  });
}

const software = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-unsafe-swiftshader",
];
