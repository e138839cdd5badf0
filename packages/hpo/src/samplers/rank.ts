import type { Direction, FinishedTrial } from "../trial.js";

/**
 * Trials from the best to the worst: complete ones by their value, then pruned ones by how far they came,
 * then failed ones. Several objectives are ordered by what dominates what, and among equals by how much
 * room is around them (Deb et al. 2002, NSGA-II).
 */
export function rankTrials(
  history: readonly FinishedTrial[],
  directions: readonly Direction[],
): readonly FinishedTrial[] {
  const complete = history.filter(({ state }) => state === "complete");
  const pruned = history.filter(({ state }) => state === "pruned");
  const failed = history.filter(({ state }) => state === "failed");
  const ordered =
    directions.length > 1 ? byDominance(complete, directions) : byCost(complete, directions[0]);
  return [...ordered, ...pruned.sort(byProgress(directions[0])), ...failed];
}

/** What a value costs: less is better, whatever the direction. */
export const costOf = (value: number, direction: Direction | undefined): number =>
  direction === "maximize" ? -value : value;

const byCost = (trials: readonly FinishedTrial[], direction: Direction | undefined) =>
  trials.toSorted(
    (a, b) =>
      costOf(a.values[0]!, direction) - costOf(b.values[0]!, direction) || a.number - b.number,
  );

const byProgress =
  (direction: Direction | undefined) =>
  (a: FinishedTrial, b: FinishedTrial): number => {
    const [own, other] = [a.reports.at(-1), b.reports.at(-1)];
    const steps = (other?.step ?? 0) - (own?.step ?? 0);
    const cost = costOf(own?.value ?? 0, direction) - costOf(other?.value ?? 0, direction);
    return steps || cost || a.number - b.number;
  };

function byDominance(
  trials: readonly FinishedTrial[],
  directions: readonly Direction[],
): readonly FinishedTrial[] {
  let left = trials.map((trial) => ({
    trial,
    costs: directions.map((direction, at) => costOf(trial.values[at]!, direction)),
  }));
  const ordered: FinishedTrial[] = [];
  while (left.length > 0) {
    const front = left.filter(({ costs }) => !left.some((other) => dominates(other.costs, costs)));
    const rooms = roomsOf(front.map(({ costs }) => costs));
    const order = front
      .map(({ trial }, at) => ({ trial, room: rooms[at]! }))
      .sort((a, b) => (a.room === b.room ? a.trial.number - b.trial.number : b.room - a.room));
    ordered.push(...order.map(({ trial }) => trial));
    const taken = new Set(front);
    left = left.filter((each) => !taken.has(each));
  }
  return ordered;
}

/** Nowhere worse, and somewhere better. */
const dominates = (a: readonly number[], b: readonly number[]): boolean =>
  a.every((cost, at) => cost <= b[at]!) && a.some((cost, at) => cost < b[at]!);

/** Of each point of a front how far its neighbours in each objective are apart, in parts of the whole. */
function roomsOf(front: readonly (readonly number[])[]): readonly number[] {
  const rooms = front.map(() => 0);
  for (let objective = 0; objective < (front[0]?.length ?? 0); objective++) {
    const order = front
      .map((_, at) => at)
      .sort((a, b) => front[a]![objective]! - front[b]![objective]!);
    const at = (place: number) => front[order[place]!]![objective]!;
    const whole = at(order.length - 1) - at(0);
    for (const [place, point] of order.entries()) {
      const edge = place === 0 || place === order.length - 1;
      if (edge) rooms[point] = Number.POSITIVE_INFINITY;
      else if (whole > 0) rooms[point]! += (at(place + 1) - at(place - 1)) / whole;
    }
  }
  return rooms;
}
