import { beforeEach, expect, it } from "vitest";
import {
  addClass,
  classes,
  classNamed,
  dropClass,
  nameTrouble,
  type Sample,
  sampleCount,
  startOver,
  taughtClasses,
} from "./classes.js";

const sample = (id: number): Sample => ({ id, name: `${id}`, item: "text" });

const names = () => classes("texts").value.map(({ name }) => name.value);

beforeEach(() => startOver("texts"));

it("begins with two classes, and names new ones freely", () => {
  expect(names()).toEqual(["Class 1", "Class 2"]);
  dropClass("texts", classes("texts").value[0]!);
  addClass("texts");
  expect(names()).toEqual(["Class 2", "Class 3"].toSorted());
});

it("gives the nameless classes of the start to the first that have names", () => {
  expect(["cat", "dog", "owl", "cat"].map((name) => classNamed("texts", name).name.value)).toEqual([
    ...["cat", "dog", "owl", "cat"],
  ]);
  expect(names()).toEqual(["cat", "dog", "owl"]);
});

it("tells the worker only of classes with samples", () => {
  const cat = classNamed("texts", "cat");
  cat.samples.value = [sample(1), sample(2)];
  expect(taughtClasses("texts")).toEqual([{ name: "cat", ids: [1, 2] }]);
  expect(sampleCount("texts")).toBe(2);
  expect(taughtClasses("pictures")).toEqual([]);
});

it("tells names that are missing or there twice", () => {
  const [first, second] = classes("texts").value;
  first!.name.value = " ";
  expect(nameTrouble("texts", first!)).toBe("Give this class a name.");
  first!.name.value = "Class 2 ";
  expect(nameTrouble("texts", second!)).toContain('Another class is named "Class 2"');
});
