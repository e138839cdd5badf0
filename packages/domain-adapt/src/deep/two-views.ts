import type { Batch, Source, Task } from "@graft-ml/core";

/** What stands before the name of a field's second view. */
export const VIEW = "view/";
/** A sample's second view is that of an epoch which no training reaches. */
const FAR = 1_000_000;

type Reads = Pick<Task, "inputs" | "sides">;

/**
 * Each sample twice, as the source augments it in two epochs: its fields, and under `view/` what the task
 * reads of the second. A source that augments nothing gives the same twice.
 */
export function twoViews(source: Source, { inputs, sides = [] }: Reads): Source {
  const isRead = (name: string) => inputs.includes(name) || sides.includes(name);
  return {
    size: source.size,
    async load(indices, { epoch }): Promise<Batch> {
      const first = await source.load(indices, { epoch });
      const second = await source.load(indices, { epoch: epoch === 0 ? 0 : epoch + FAR });
      const views = Object.entries(second).filter(([name]) => isRead(name));
      return { ...first, ...Object.fromEntries(views.map(([name, x]) => [`${VIEW}${name}`, x])) };
    },
  };
}

/** What a task reads where there are two views of a sample. */
export const readsOfViews = ({ inputs, sides = [] }: Reads): Reads => ({
  inputs: [...inputs, ...inputs.map((name) => `${VIEW}${name}`)],
  sides: [...sides, ...sides.map((name) => `${VIEW}${name}`)],
});
