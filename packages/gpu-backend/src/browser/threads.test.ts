import { afterEach, expect, test, vi } from "vitest";
import { mayShareMemory, threadsHere, threadsInWords } from "./threads.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

function page({ isolated }: { isolated: boolean }): void {
  vi.stubGlobal("crossOriginIsolated", isolated);
  vi.stubGlobal("navigator", { hardwareConcurrency: 8 });
}

test("an isolated page has the threads asked for, or as many as there are cores", () => {
  page({ isolated: true });
  expect(mayShareMemory()).toBe(true);
  expect([threadsHere(undefined), threadsHere(1), threadsHere(3)]).toEqual([8, 1, 3]);
  expect([threadsInWords(3), threadsInWords(1)]).toEqual(["3 threads", "1 thread"]);
});

test("another page has one thread, and is told why", () => {
  page({ isolated: false });
  expect(mayShareMemory()).toBe(false);
  expect([threadsHere(undefined), threadsHere(1)]).toEqual([1, 1]);
  expect(threadsInWords(1)).toMatch(/^1 thread, since the page is not cross-origin isolated/);
});

test("more threads on a page that is not isolated are refused with the headers that help", () => {
  page({ isolated: false });
  expect(() => threadsHere(2)).toThrow(
    expect.objectContaining({
      code: "device-unavailable",
      message:
        "2 threads are not possible: the page is not cross-origin isolated: serve it with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.",
    }),
  );
});

test("a browser without shared memory is as a page that is not isolated", () => {
  page({ isolated: true });
  vi.stubGlobal("SharedArrayBuffer", undefined);
  expect(threadsHere(undefined)).toBe(1);
});
