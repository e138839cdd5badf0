import { GraftError } from "@graft-ml/core";
import { type OpenTableOptions, openPictureTable, type PictureTable } from "@graft-ml/vision/node";
import type { ModelClass } from "../source/classes.js";

/** A CSV's pictures, all to be scored, with targets in the order of a model's outputs. Throws `config-invalid`. */
export async function openTableToScore(
  data: string,
  classes: readonly ModelClass[] | undefined,
  columns: (names: readonly string[]) => OpenTableOptions,
): Promise<PictureTable> {
  if (classes === undefined) {
    throw new GraftError(
      "config-invalid",
      'The model\'s config names no outputs, so nothing can be compared. Add "classes": [...] to its config.json.',
    );
  }
  const names = classes.map(({ name }) => name);
  const table = await openPictureTable(data, { ...columns(names), validation: 0 });
  return { ...table, train: [], test: table.train };
}
