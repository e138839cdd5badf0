import { adaptationNames } from "@graft-ml/domain-adapt";
import { expect, test } from "vitest";
import { deepNames } from "./deep/deep-methods.js";
import { methodNames, methodsOf } from "./methods.js";

test("a name says whether the network is trained, and case says nothing", () => {
  expect(methodsOf("auto")).toEqual({ kind: "shallow", names: undefined });
  expect(methodsOf(" coral ")).toEqual({ kind: "shallow", names: ["CORAL"] });
  expect(methodsOf("source only")).toEqual({ kind: "shallow", names: [] });
  expect(methodsOf("Deep-CORAL")).toEqual({ kind: "deep", names: ["deep-coral"] });
  expect(methodsOf("afn")).toEqual({ kind: "deep", names: ["safn"] });
  expect(methodsOf("deep")).toEqual({ kind: "deep", names: deepNames });
});

test("every penalty of the package can be named, and no name means two things", () => {
  expect(deepNames).toEqual(expect.arrayContaining([...adaptationNames]));
  const all = [...deepNames, ...methodNames].map((name) => name.toLowerCase());
  expect(new Set(all).size).toBe(all.length);
});

test("an unknown method is told with all that there are", () => {
  const names = [...methodNames, ...deepNames];
  for (const name of names) expect(() => methodsOf("magic")).toThrow(name);
  expect(() => methodsOf("magic")).toThrow(/There is no method "magic"\. On frozen features: auto/);
});
