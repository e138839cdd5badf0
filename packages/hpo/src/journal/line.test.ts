import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeLine, encodeLine, isJournalStart } from "./line.js";

const records = fc.array(
  fc.record({ type: fc.constant("beat"), by: fc.string({ unit: "binary" }), at: fc.double() }),
  { minLength: 1, maxLength: 8 },
);

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const linesOf = (bytes: Buffer): unknown[] =>
  bytes
    .toString("utf8")
    .split("\n")
    .map(decodeLine)
    .filter((record) => record !== undefined);

test("whole records are read back, and a torn one among them is skipped alone, wherever it is torn", () => {
  fc.assert(
    fc.property(
      records,
      fc.nat(),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (list, which, share) => {
        const lines = list.map(encodeLine);
        expect(linesOf(Buffer.concat(lines))).toEqual(list.map(plain));
        const at = which % list.length;
        // Without its last newline a line is whole all the same.
        const length = Math.floor(share * (lines[at]!.length - 1));
        const torn = lines.map((line, i) => (i === at ? line.subarray(0, length) : line));
        expect(linesOf(Buffer.concat(torn))).toEqual(list.filter((_, i) => i !== at).map(plain));
      },
    ),
  );
});

test("a line with any one byte changed is no record, or the same one", () => {
  fc.assert(
    fc.property(records, fc.nat(), fc.integer({ min: 1, max: 255 }), (list, place, flip) => {
      const line = encodeLine(list[0]!);
      const inside = 1 + (place % (line.length - 2));
      line[inside] = line[inside]! ^ flip;
      expect(linesOf(line)).toEqual([]);
    }),
  );
});

test("a journal is known by how it begins, even torn", () => {
  for (const start of [
    "",
    "\n",
    '\n{"su',
    '\n{"sum":"',
    '\n{"sum":"0123',
    "\n\n{",
    '\n{"s\n{"sum":"',
  ]) {
    expect(isJournalStart(start)).toBe(true);
  }
  for (const start of ["{", "number,state", "\n{}"]) expect(isJournalStart(start)).toBe(false);
});
