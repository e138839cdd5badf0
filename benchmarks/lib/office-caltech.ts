import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { type Matrix, unitRows, zScores } from "@graft-ml/domain-adapt";
import { sharedFolder } from "./networks.js";

/** SURF counts of one of the four domains, as shares of their row's sum and then z-scores, and class numbers. */
export type OfficeDomain = { readonly features: Matrix; readonly labels: Int32Array };

const files = { C: "caltech", A: "amazon", W: "webcam", D: "dslr" } as const;
export type DomainName = keyof typeof files;

/** In the order of the published tables. */
export const officePairs = ["C-A", "C-W", "C-D", "A-C", "A-W", "A-D"].concat([
  "W-C",
  "W-A",
  "W-D",
  "D-C",
  "D-A",
  "D-W",
]);

export async function officeDomain(name: DomainName): Promise<OfficeDomain> {
  const path = `data/images/office-caltech10-surf/derived/${files[name]}.csv.gz`;
  const text = gunzipSync(await readFile(sharedFolder(path))).toString("utf8");
  const rows = text
    .trim()
    .split("\n")
    .map((line) => line.split(",").map(Number));
  const counts: Matrix = {
    rows: rows.length,
    columns: rows[0]!.length - 1,
    data: Float64Array.from(rows.flatMap(([, ...row]) => row)),
  };
  return {
    features: zScores(unitRows(counts, "sum")),
    labels: Int32Array.from(rows, ([label]) => label! - 1),
  };
}

/** The table of published and reproduced accuracies: a row of percents by pair. */
export async function publishedRows(): Promise<ReadonlyMap<string, readonly number[]>> {
  const path = sharedFolder("data/tables/da-office-caltech-surf/reference.csv");
  const [, ...lines] = (await readFile(path, "utf8")).trim().split("\n");
  return new Map(
    lines.map((line) => {
      const [name = "", ...values] = line.split(",");
      return [name, values.slice(0, 12).map(Number)];
    }),
  );
}
