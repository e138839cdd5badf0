import { imageKind } from "./image.js";
import { maskedKind } from "./masked.js";
import { multiLabelKind } from "./multi-label.js";
import { qaKind } from "./qa.js";
import type { TaskName } from "./reading.js";
import { regressionKind } from "./regression.js";
import type { AnyKind } from "./task-kind.js";
import { textKind } from "./text.js";
import { textLabelsKind } from "./text-labels.js";
import { textNumbersKind } from "./text-numbers.js";
import { tokensKind } from "./tokens.js";

/** Everything that the commands know of a task; its pages are in report/page.ts. */
export const kinds: Readonly<Record<TaskName, AnyKind>> = {
  image: imageKind,
  "multi-label": multiLabelKind,
  regression: regressionKind,
  text: textKind,
  "text-labels": textLabelsKind,
  "text-numbers": textNumbersKind,
  tokens: tokensKind,
  qa: qaKind,
  masked: maskedKind,
};
