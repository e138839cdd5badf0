import { readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { SOURCE_ONLY } from "@graft-ml/domain-adapt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failureOf } from "../failure.js";
import { eventsOf, makeBackbone, scratchFolder } from "../testing.js";
import { adaptCommand } from "./adapt.js";
import { demoCommand } from "./demo.js";
import { artists, type DirectionEnd } from "./demo-adapt.js";

const lists = fileURLToPath(new URL("../../assets/artists", import.meta.url));
const listOf = (artist: string) => join(lists, `${artist}.csv`);
let [folder, remove] = ["", async () => {}];

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  await makeBackbone(join(folder, "backbone"));
});
afterAll(() => remove());

test("each artist's list names pictures of its own, of all eight kinds", async () => {
  for (const artist of artists) {
    const [head, ...rows] = (await readFile(listOf(artist), "utf8")).trim().split("\n");
    expect(head).toBe("path,label");
    expect(rows.length).toBeGreaterThan(120);
    const found = rows.map((row) => row.split(",") as [string, string]);
    expect(new Set(found.map(([, label]) => label)).size).toBe(8);
    for (const [path, label] of found) {
      expect(path).toMatch(new RegExp(`/${label}/\\d\\d-.+-${artist}\\.(jpg|webp)$`));
      expect((await stat(resolve(dirname(listOf(artist)), path))).isFile()).toBe(true);
    }
  }
});

test("both ways between two artists: what graft adapt finds, and what it is worth by the oracle", async () => {
  const backbone = ["--backbone", join(folder, "backbone")];
  const events = await eventsOf(demoCommand, ["--adapt", ...backbone]);
  expect(events[0]).toMatchObject({ artists: ["fluent-3d", "fluent-high-contrast"] });
  const starts = events.filter(({ type }) => type === "direction-start");
  expect(starts).toMatchObject([
    { source: "fluent-3d", target: "fluent-high-contrast" },
    { source: "fluent-high-contrast", target: "fluent-3d" },
  ]);
  const ends = events.filter(({ type }) => type === "direction-end") as DirectionEnd[];
  expect(ends).toHaveLength(2);
  const end = ends[0]!;
  const [source, target] = [listOf(end.source), listOf(end.target)];
  const domains = ["--source", source, "--target", target];
  const { chosen, candidates } = (await eventsOf(adaptCommand, [...domains, ...backbone])).at(
    -1,
  ) as unknown as {
    chosen: string;
    candidates: { name: string; oracleAccuracy: number }[];
  };
  const told = (name: string) => candidates.find((row) => row.name === name)!.oracleAccuracy;
  expect(end).toMatchObject({ chosen, accuracy: told(chosen), sourceOnly: told(SOURCE_ONLY) });
  expect(end.best.accuracy).toBe(
    Math.max(...candidates.map(({ oracleAccuracy }) => oracleAccuracy)),
  );
  expect(told(end.best.name)).toBe(end.best.accuracy);
  const shift = events.find(({ type }) => type === "shift");
  expect(shift).toHaveProperty("aDistance.distance", end.aDistance);
  const last = events.at(-1) as unknown as { type: string; seconds: number };
  expect(last.type).toBe("demo-end");
  expect(last.seconds).toBeGreaterThanOrEqual(ends[0]!.seconds + ends[1]!.seconds);
}, 120_000);

test("one artist alone, an unknown one, and flags of the other demo are wrong usage", async () => {
  const refused = async (...args: string[]) => {
    const error = await eventsOf(demoCommand, args).catch((reason: unknown) => reason);
    return failureOf(error, { debug: false });
  };
  const alone = await refused("--artists", "noto", "noto");
  expect(alone.exitCode).toBe(2);
  expect(alone.message).toContain("Only noto was named");
  expect((await refused("--adapt", "--artists", "monet")).exitCode).toBe(2);
  expect((await refused("--adapt", "--scratch-epochs", "3")).exitCode).toBe(2);
});
