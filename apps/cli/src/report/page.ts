import { basename } from "node:path";
import type { TaskName } from "../task/reading.js";
import { htmlDocument } from "./document.js";
import type { ReportData } from "./report-data.js";
import type { Section } from "./section.js";
import { calibrationSection } from "./sections/calibration.js";
import { classesSection } from "./sections/classes.js";
import { confusionSection } from "./sections/confusion.js";
import { dataSection } from "./sections/data.js";
import { entitiesSection } from "./sections/entities.js";
import { foldsSection } from "./sections/folds.js";
import { labelsSection } from "./sections/labels.js";
import { learningSection } from "./sections/learning.js";
import { mistakesSection } from "./sections/mistakes.js";
import { numbersSection } from "./sections/numbers.js";
import { optionsSection } from "./sections/options.js";
import { overview } from "./sections/overview.js";
import { planSection } from "./sections/plan.js";
import { ratesSection } from "./sections/rates.js";
import { rejectionSection } from "./sections/rejection.js";
import { timeSection } from "./sections/time.js";
import { togetherSection } from "./sections/together.js";
import { usageSection } from "./sections/usage.js";

type Maker = (data: ReportData) => Section | undefined;

/** What the answers of each task are shown by. */
const answers: Readonly<Record<TaskName, readonly Maker[]>> = {
  image: [confusionSection, classesSection, calibrationSection, rejectionSection],
  "multi-label": [labelsSection, togetherSection],
  regression: [numbersSection],
  text: [confusionSection, classesSection, calibrationSection, rejectionSection],
  "text-labels": [labelsSection, togetherSection],
  "text-numbers": [numbersSection],
  tokens: [entitiesSection],
  qa: [],
  masked: [],
};

/** In the order of the page; each gives nothing where its data is not to be had. */
const makers = (task: TaskName): readonly Maker[] => [
  foldsSection,
  learningSection,
  ratesSection,
  planSection,
  ...answers[task],
  mistakesSection,
  dataSection,
  timeSection,
  optionsSection,
  usageSection,
];

/** The report of a run: one file that needs nothing else. */
export const reportPage = (data: ReportData): Promise<string> =>
  htmlDocument({
    brand: "Graft report",
    name: basename(data.folder),
    overview: overview(data),
    sections: makers(data.config.options.task).flatMap((make) => make(data) ?? []),
    version: data.config.versions.graft,
  });
