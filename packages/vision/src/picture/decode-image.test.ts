import { afterEach, expect, test, vi } from "vitest";
import { decodeImage } from "./decode-image.js";

afterEach(() => vi.unstubAllGlobals());

/** A browser that decodes everything to these pixels; how it does that, browsers show themselves. */
function browserOf(width: number, height: number, rgba: readonly number[]) {
  const close = vi.fn();
  vi.stubGlobal("createImageBitmap", async () => ({ width, height, close }));
  const context = {
    fillRect() {},
    drawImage() {},
    getImageData: () => ({ data: Uint8ClampedArray.from(rgba) }),
  };
  const canvas = class {
    getContext = () => context;
  };
  vi.stubGlobal("OffscreenCanvas", canvas);
  return { close };
}

test("pixels lose their alpha, and the browser's copy is let go", async () => {
  const { close } = browserOf(2, 1, [1, 2, 3, 255, 4, 5, 6, 255]);
  expect(await decodeImage(new Blob(["bytes"]))).toEqual({
    ...{ width: 2, height: 1, channels: 3 },
    data: Uint8Array.of(1, 2, 3, 4, 5, 6),
  });
  expect(close).toHaveBeenCalledOnce();
});

test("what can't be a picture is refused by its name", async () => {
  browserOf(2000, 2000, []);
  await expect(decodeImage(new Blob([]), { name: "a.jpg" })).rejects.toMatchObject({
    code: "picture-unreadable",
    message: expect.stringMatching(/a\.jpg .*the file is empty/),
  });
  await expect(
    decodeImage(new Blob(["bytes"]), { name: "b.jpg", maxPixels: 1e6 }),
  ).rejects.toMatchObject({ message: expect.stringMatching(/b\.jpg .*2000 x 2000 pixels/) });
});
