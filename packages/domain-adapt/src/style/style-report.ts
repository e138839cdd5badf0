import type { Style } from "./create-style.js";

export type StyleReport = {
  readonly texts: number;
  /** Texts that are no longer what they were. */
  readonly changed: number;
  /** In the order of the rules, those that changed nothing too. */
  readonly rules: readonly StyleRuleReport[];
};

export type StyleRuleReport = {
  readonly rule: string;
  readonly changes: number;
  /** Texts that the rule changed. */
  readonly texts: number;
  /** Its commonest changes, each once. */
  readonly examples: readonly {
    readonly from: string;
    readonly to: string;
    readonly count: number;
  }[];
};

type Tally = { changes: number; texts: number; kinds: Map<string, Kind> };
type Kind = { from: string; to: string; count: number };

/** Different changes of a rule that are counted; further ones only add to its sum. */
const MOST_KINDS = 10_000;

/** What a style changes in texts: how often by each rule, and examples, up to `examples` (default 5) a rule. */
export function styleReport(
  texts: Iterable<string>,
  { style, examples = 5 }: { style: Style; examples?: number },
): StyleReport {
  const tallies = new Map(
    style.rules.map((rule) => [rule, { changes: 0, texts: 0, kinds: new Map() } as Tally]),
  );
  let [all, changed] = [0, 0];
  for (const text of texts) {
    const styled = style.apply(text);
    all++;
    if (styled.text !== text) changed++;
    const touched = new Set<Tally>();
    for (const { rule, from, to } of styled.changes) {
      const tally = tallies.get(rule)!;
      add(tally, { from, to });
      touched.add(tally);
    }
    for (const tally of touched) tally.texts++;
  }
  const rules = [...tallies].map(([rule, { changes, texts: touched, kinds }]) => {
    const commonest = [...kinds.values()].sort((a, b) => b.count - a.count);
    return { rule, changes, texts: touched, examples: commonest.slice(0, examples) };
  });
  return { texts: all, changed, rules };
}

function add(tally: Tally, { from, to }: { from: string; to: string }): void {
  tally.changes++;
  const key = `${from}\0${to}`;
  const kind = tally.kinds.get(key);
  if (kind) kind.count++;
  else if (tally.kinds.size < MOST_KINDS) tally.kinds.set(key, { from, to, count: 1 });
}
