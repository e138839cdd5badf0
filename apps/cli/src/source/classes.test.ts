import { expect, test } from "vitest";
import { matchClasses, modelClasses } from "./classes.js";

const never = () => Promise.reject(new Error("no file was to be read"));

test("classes come from names, from labels by id, or from the file that is named", async () => {
  expect(await modelClasses({ classes: ["cat", "dog"] }, never)).toEqual([
    { name: "cat" },
    { name: "dog" },
  ]);
  expect(await modelClasses({ id2label: { "1": "dog", "0": "cat" } }, never)).toEqual([
    { name: "cat" },
    { name: "dog" },
  ]);
  const read = async (path: string) => (path === "list.json" ? [["n01", "tench"]] : null);
  expect(await modelClasses({ class_index: "list.json" }, read)).toEqual([
    { id: "n01", name: "tench" },
  ]);
  expect(await modelClasses({}, never)).toBeUndefined();
});

test("a list of something else is an error with the value", async () => {
  await expect(modelClasses({ classes: [1] }, never)).rejects.toThrow(
    'has "classes" with 1; it needs a list of names',
  );
});

const imagenet = [
  { id: "n01", name: "great_white_shark" },
  { id: "n02", name: "crane" },
  { id: "n03", name: "crane" },
];

test("names match by id or name, whatever the spelling of the gaps", () => {
  expect(matchClasses(["n03", "Great White-Shark", "n02"], imagenet)).toEqual([2, 0, 1]);
});

test("a name that two classes share must be given by its id", () => {
  expect(() => matchClasses(["crane"], imagenet)).toThrow(
    'The class "crane" means 2 of the model\'s classes (n02, n03). Use the id',
  );
});

test("unknown names are told, with what is known", () => {
  expect(() => matchClasses(["n01", "tulip"], imagenet)).toThrow(
    "The data has a class that the model doesn't know: tulip. It knows n01 (great_white_shark), n02 (crane)",
  );
});
