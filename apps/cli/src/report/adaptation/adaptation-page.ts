import { basename } from "node:path";
import { htmlDocument } from "../document.js";
import type { AdaptationReport } from "./adaptation-report.js";
import { candidatesSection } from "./candidates.js";
import { driftSection } from "./drift.js";
import { madeSection } from "./made.js";
import { adaptationOverview } from "./overview.js";
import { planeSection } from "./plane.js";

/** The report of an adaptation: one file that needs nothing else. */
export const adaptationPage = (report: AdaptationReport): Promise<string> =>
  htmlDocument({
    brand: "Graft adaptation",
    name: basename(report.folder),
    overview: adaptationOverview(report),
    sections: [
      candidatesSection(report),
      planeSection(report),
      driftSection(report),
      madeSection(report),
    ],
    version: report.record.versions.graft,
  });
