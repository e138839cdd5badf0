import { htmlDocument } from "./document.js";
import { type SearchPageOptions, searchedSpace } from "./input.js";
import type { Section } from "./section.js";
import { contourSection } from "./sections/contour.js";
import { curvesSection } from "./sections/curves.js";
import { frontSection } from "./sections/front.js";
import { historySection } from "./sections/history.js";
import { importanceSection } from "./sections/importance.js";
import { overview } from "./sections/overview.js";
import { parallelSection } from "./sections/parallel.js";
import { slicesSection } from "./sections/slices.js";
import { timelineSection } from "./sections/timeline.js";
import { trialsSection } from "./sections/trials.js";
import { look } from "./seen.js";

const SECTIONS = [
  frontSection,
  historySection,
  importanceSection,
  parallelSection,
  slicesSection,
  contourSection,
  curvesSection,
  timelineSection,
  trialsSection,
] as const;

/**
 * A search as one HTML file that loads nothing and runs no script, in light and dark, for wide and narrow
 * screens: what is best, how it was found, and what every parameter did. Throws `config-invalid` where names
 * and directions don't go together.
 */
export function searchPage(options: SearchPageOptions): string {
  const seen = look(searchedSpace(options));
  const sections = SECTIONS.map((section) => section(seen));
  return htmlDocument({
    title: options.title,
    overview: overview(seen),
    sections: sections.filter((section): section is Section => section !== undefined),
  });
}
