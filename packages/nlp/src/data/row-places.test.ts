import { expect, test } from "vitest";
import { rowPlaces } from "./row-places.js";

test("places beyond 4 GB and over several chunks are kept", () => {
  const places = rowPlaces();
  const placeOf = (row: number) => ({ start: row * 1e6, end: row * 1e6 + row, line: row + 1 });
  for (let row = 0; row < 140_000; row++) places.add(placeOf(row), row % 7);
  expect(places.size).toBe(140_000);
  for (const row of [0, 65_535, 65_536, 139_999]) expect(places.at(row)).toEqual(placeOf(row));
  expect(places.labels()[139_999]).toBe(139_999 % 7);
  expect(places.labels()).toHaveLength(140_000);
  expect(() => places.at(140_000)).toThrow(/There is no text 140000 among 140000/);
});
