import { expect, test } from "vitest";
import { findScheme, tagFaults, toBio, toIobes } from "./convert.js";
import { spansOf } from "./spans.js";

const tags = (line: string): string[] => line.split(" ");

test.each([
  ["O I-X I-X B-X I-Y O", "O B-X I-X B-X B-Y O"],
  ["I-X O I-X", "B-X O B-X"],
  ["B-X I-Y I-Y", "B-X B-Y I-Y"],
])("IOB1 or broken %s is BIO %s", (given, bio) => {
  expect(toBio(tags(given))).toEqual(tags(bio));
});

test("BIO and IOBES are each other's", () => {
  const bio = tags("B-X I-X I-X O B-Y B-Y I-Y O");
  const iobes = tags("B-X I-X E-X O S-Y B-Y E-Y O");
  expect(toIobes(bio)).toEqual(iobes);
  expect(toBio(iobes)).toEqual(bio);
  expect(toBio(tags("B-X I-X L-X O U-Y B-Y L-Y O"))).toEqual(bio);
  expect(spansOf(iobes)).toEqual(spansOf(bio));
});

test("the scheme shows in how spans begin and end", () => {
  expect(findScheme([tags("O B-X I-X O")])).toBe("BIO");
  expect(findScheme([tags("O I-X I-X O"), tags("I-X B-X O")])).toBe("IOB1");
  expect(findScheme([tags("O I-X I-X O"), tags("O B-X")])).toBe("BIO");
  expect(findScheme([tags("O B-X E-X O")])).toBe("IOBES");
});

test("tags that a scheme does not allow are told with what stands before", () => {
  expect(tagFaults(tags("O I-X B-Y I-X"), "BIO")).toEqual([
    { at: 1, tag: "I-X", after: "O" },
    { at: 3, tag: "I-X", after: "B-Y" },
  ]);
  expect(tagFaults(tags("B-X O I-X B-X"), "IOB1")).toEqual([{ at: 0, tag: "B-X", after: "O" }]);
  expect(tagFaults(tags("B-X O E-X S-Y B-Y"), "IOBES")).toEqual([
    { at: 1, tag: "O", after: "B-X" },
    { at: 2, tag: "E-X", after: "O" },
    { at: 4, tag: "B-Y", after: "S-Y" },
  ]);
  expect(tagFaults(tags("B-X I-X O B-X B-X"), "BIO")).toEqual([]);
});
