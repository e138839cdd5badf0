import { normalValues } from "@graft-ml/core";
import type { Matrix } from "@graft-ml/core/linalg";
import { describe, expect, it } from "vitest";
import { classesOf, headLogits } from "../heads/linear-head.js";
import { type AutopilotEvent, adapt } from "./adapt.js";
import { candidates, SOURCE_ONLY } from "./candidates.js";
import { lessonOf } from "./lesson.js";

const [ROWS, SIZE] = [120, 4];

/** Three classes about corners, every feature moved and stretched. */
function domain(
  seed: number,
  { moved = 0, stretched = 1 } = {},
): { features: Matrix; labels: number[] } {
  const noise = normalValues({ seed, site: "adapt" }, ROWS * SIZE);
  const labels = Array.from({ length: ROWS }, (_, row) => row % 3);
  const data = Float64Array.from(noise, (value, at) => {
    const [row, column] = [Math.floor(at / SIZE), at % SIZE];
    const corner = column === labels[row] ? 3 : 0;
    return (corner + value) * stretched + moved * (column + 1);
  });
  return { features: { rows: ROWS, columns: SIZE, data }, labels };
}

const near = domain(1);
const far = domain(2, { moved: 2, stretched: 2 });
const source = { source: near.features, labels: near.labels };

async function eventsOf(run: AsyncIterable<AutopilotEvent>): Promise<AutopilotEvent[]> {
  const events: AutopilotEvent[] = [];
  for await (const event of run) events.push(event);
  return events;
}

const accuracy = (told: ArrayLike<number>, labels: readonly number[]): number =>
  labels.filter((label, row) => label === told[row]).length / labels.length;

describe("the autopilot", () => {
  it("brings a target that was moved and stretched back, and says why", async () => {
    const run = adapt({ ...source, target: far.features, targetLabels: far.labels });
    const events = await eventsOf(run);
    const { chosen, why, head, candidates: rows } = run.result();
    expect(chosen).not.toBe(SOURCE_ONLY);
    expect(why).toContain(chosen);
    expect(rows.map(({ name }) => name)).toEqual(candidates.map(({ name }) => name));
    const [own, found] = [rows[0]!, rows.find(({ name }) => name === chosen)!];
    expect(own.oracleAccuracy).toBeLessThan(0.85);
    expect(found.oracleAccuracy).toBeGreaterThan(0.9);
    // The head is for features as they are.
    expect(accuracy(classesOf(far.features, head), far.labels)).toBe(found.oracleAccuracy);
    expect(headLogits(far.features, head).columns).toBe(3);
    expect(events.at(-1)).toEqual({ type: "adapt-end", chosen, why, candidates: rows });
    expect(JSON.parse(JSON.stringify(events))).toEqual(events);
  });

  it("chooses alike with and without labels of the target, and twice", async () => {
    const methods = ["own z-scores", "CORAL", "self-training"];
    const runs = [
      adapt({ ...source, target: far.features, targetLabels: far.labels, methods }),
      adapt({ ...source, target: far.features, methods }),
    ];
    for (const run of runs) await eventsOf(run);
    const [known, unknown] = runs.map((run) => run.result());
    expect(unknown!.chosen).toBe(known!.chosen);
    expect(unknown!.head).toEqual(known!.head);
    expect(unknown!.candidates.every((row) => row.oracleAccuracy === undefined)).toBe(true);
    expect(unknown!.candidates).toHaveLength(4);
  });

  it("stays with the source where nothing has moved", async () => {
    const other = domain(3);
    const run = adapt({ ...source, target: other.features, methods: ["label shift", "TCA"] });
    await eventsOf(run);
    const { chosen, why } = run.result();
    expect([chosen, why]).toEqual([SOURCE_ONLY, expect.stringContaining("No method is credibly")]);
  });

  it("finds the same head for domains of one kind by every candidate, nearly", async () => {
    const other = domain(3);
    const lesson = lessonOf({ ...source, target: other.features });
    for (const candidate of candidates) {
      const { head, seen } = await candidate.adapt(lesson);
      expect(seen.target.rows, candidate.name).toBe(ROWS);
      const right = accuracy(classesOf(other.features, head), other.labels);
      expect(right, candidate.name).toBeGreaterThan(0.8);
    }
  });

  it("leaves out what can't be had, and says why", async () => {
    const methods = ["own z-scores", "kernel mean matching", "Sinkhorn transport"];
    const run = adapt({ ...source, target: far.features, methods, memoryLimit: 1000 });
    const events = await eventsOf(run);
    const skipped = events.filter((event) => event.type === "candidate-skipped");
    expect(skipped.map(({ name }) => name)).toEqual(["kernel mean matching", "Sinkhorn transport"]);
    expect(skipped.every(({ reason }) => reason.includes("memoryLimit"))).toBe(true);
    expect(run.result().candidates.map(({ name }) => name)).toEqual([SOURCE_ONLY, "own z-scores"]);
  });

  it("refuses what doesn't fit, in words", async () => {
    const target = far.features;
    const failing = (options: Parameters<typeof adapt>[0]) => eventsOf(adapt(options));
    await expect(failing({ ...source, target, methods: ["magic"] })).rejects.toThrow(
      /no method "magic".*CORAL/,
    );
    await expect(failing({ ...source, target, labels: [0, 1] })).rejects.toThrow(
      /120 rows and 2 labels/,
    );
    const one = near.labels.map(() => 0);
    await expect(failing({ ...source, target, labels: one })).rejects.toThrow(/one class alone/);
    await expect(failing({ ...source, target, targetLabels: [1] })).rejects.toThrow(/1 labels/);
    const narrow = { rows: 3, columns: 1, data: new Float64Array(3) };
    await expect(failing({ ...source, target: narrow })).rejects.toThrow(
      /4 features, the target's 1/,
    );
    await expect(failing({ ...source, target, signal: AbortSignal.abort() })).rejects.toThrow();
    expect(() => adapt({ ...source, target }).result()).toThrow(/has not ended/);
  });
});
