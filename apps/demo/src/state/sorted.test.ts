import { expect, it } from "vitest";
import { fileName, sortPictures } from "./sorted.js";

const file = (path: string, type = "") => ({ path, file: new Blob([], { type }) });

it("sorts pictures by the folder that they lie in, however deep", () => {
  const { classes, others } = sortPictures([
    file("pets/cat/1.jpg"),
    file("pets/dog/1.PNG"),
    file("more/cat/2.webp"),
    file("loose", "image/jpeg"),
  ]);
  expect([...classes].map(([name, files]) => [name, files.map(({ path }) => path)])).toEqual([
    ["cat", ["pets/cat/1.jpg", "more/cat/2.webp"]],
    ["dog", ["pets/dog/1.PNG"]],
    [undefined, ["loose"]],
  ]);
  expect(others).toEqual([]);
});

it("tells what is no picture, and passes over what systems leave behind", () => {
  const { classes, others } = sortPictures([
    file("pets/notes.txt"),
    file("pets/.DS_Store"),
    file("__MACOSX/pets/cat/1.jpg"),
    file("pets/Thumbs.db"),
  ]);
  expect(classes.size).toBe(0);
  expect(others.map(({ path }) => path)).toEqual(["pets/notes.txt"]);
});

it("names a file without its folders", () => {
  expect(fileName("pets/cat/1.jpg")).toBe("1.jpg");
  expect(fileName("1.jpg")).toBe("1.jpg");
});
