import type { GivenFile } from "../studio.js";

/** What a run's predictions say of it: the share that is right. Undefined where none were kept. */
export async function accuracyIn(files: readonly GivenFile[]): Promise<number | undefined> {
  const kept = files.find(({ path }) => /(^|\/)predictions\.jsonl$/.test(path));
  if (!kept) return undefined;
  const rows = (await kept.file.text()).split("\n").flatMap((line) => rightIn(line));
  if (rows.length === 0) return undefined;
  return rows.filter((right) => right).length / rows.length;
}

/** Whether a line's prediction is right; nothing of a line that holds none. */
function rightIn(line: string): readonly boolean[] {
  try {
    const { truth, top } = JSON.parse(line) as { truth?: string; top?: { label: string }[] };
    return truth !== undefined && top?.[0] ? [top[0].label === truth] : [];
  } catch {
    return [];
  }
}
