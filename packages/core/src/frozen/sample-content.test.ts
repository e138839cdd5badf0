import { expect, test } from "vitest";
import { contentDigest, contentOf, isPlace } from "./sample-content.js";
import { clientPicture } from "./testing.js";

test("samples are the same when their text, their pixels and their size are", async () => {
  const six = clientPicture(1, 2, 3, 4, 5, 6);
  const tall = { ...six, width: 1, height: 2 };
  const shared = { ...six, data: new Uint8Array(new SharedArrayBuffer(6)) };
  shared.data.set(six.data);
  const contents = await Promise.all(["a", "b", six, tall, shared].map(contentOf));
  expect(contents[4]).toBe(contents[2]);
  expect(new Set(contents).size).toBe(4);
  expect(await contentDigest(["a", "b"])).not.toBe(await contentDigest(["ab"]));
  expect(await contentDigest(["a", "b"])).toBe(await contentDigest(["a", "b"]));
});

test("a path says where a picture is, and not what it shows", () => {
  expect(isPlace("a.png", "pictures")).toBe(true);
  expect(isPlace(new URL("https://example.org/a.png"), "pictures")).toBe(true);
  expect(isPlace("a text", "texts")).toBe(false);
  expect(isPlace(clientPicture(1, 2, 3), "pictures")).toBe(false);
});

test("what has no pixels is no sample", async () => {
  const picture = clientPicture(1, 2, 3);
  for (const wrong of [new Blob(["x"]), null, 5, { ...picture, width: 2 }]) {
    await expect(contentOf(wrong as typeof picture)).rejects.toThrow(/neither a text/);
  }
});
